"""The copy of a port's folder in which one rung is built and run."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from goldstep.port.environment import environment
from goldstep.port.patches import apply_patch
from goldstep.port.port import Port
from goldstep.port.table import FILE_NAME
from goldstep.supervision.launch import Launch
from goldstep.supervision.sandbox import Sandbox
from goldstep.supervision.temporary import temporary_folder

_IGNORED = ("__pycache__", "*.pyc", ".git")


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a toolchain adds to a copy: variables, and files and folders, by name."""

    variables: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Path] = field(default_factory=dict)


_NOTHING = Equipment()


@dataclass(frozen=True, slots=True)
class Workspace:
    """``root`` holds the copy of the port's folder, ``folder``, and what it shares beside it."""

    root: Path
    folder: Path
    port: Port
    variables: Mapping[str, str]

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where sources lie: the port's own folder first."""
        shared = (self.root / Path(name).name for name in self.port.table.shared)
        return (self.folder, *shared)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that commands get; what port.toml sets comes before the toolchain's."""
        return {**self.variables, **environment(self.port)}

    @property
    def cache(self) -> Path:
        """A folder that its processes may keep files in, as long as the copy is there."""
        return self.root / ".cache"

    def digest(self) -> str:
        """SHA-256 over everything that a build can read: names and contents of all files.

        port.toml and the patches are left out: the one is in the commands, the others are applied.
        """
        left_out = {self.folder / FILE_NAME}
        left_out |= {self.folder / repair.patch for repair in self.port.repairs}
        total = hashlib.sha256()
        for file in sorted(path for path in self.root.rglob("*") if path.is_file()):
            if file not in left_out:
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                total.update(f"{file.relative_to(self.root).as_posix()}\0{content}\n".encode())
        return total.hexdigest()

    def launch(self, command: Sequence[str], sandbox: Sandbox) -> Launch:
        """A command of the port, to be started in this copy."""
        variables = {"XDG_CACHE_HOME": str(self.cache), **self.environment}
        self.cache.mkdir(exist_ok=True)
        limits = self.port.table.limits
        return Launch(command, self.root, self.folder, variables, limits, sandbox)


@contextmanager
def workspace(port: Port, repairs: int, equipment: Equipment = _NOTHING) -> Iterator[Workspace]:
    """A copy of the port's folder with its first ``repairs`` repairs applied, while the block runs.

    The toolchain's files are copied into it, its folders are links: commands read them only.

    Raises PortFileError if a patch does not apply.
    """
    with temporary_folder("goldstep-") as root:
        folder = root / port.folder.resolve().name
        _copy(port.folder, folder, equipment.places)
        for shared in port.table.shared:
            _copy(port.folder / shared, root / Path(shared).name)
        for repair in port.repairs[:repairs]:
            apply_patch(port.folder / repair.patch, folder)
        for name, place in equipment.places.items():
            if place.is_dir():
                (folder / name).symlink_to(place)
            else:
                shutil.copy(place, folder / name)
        yield Workspace(root, folder, port, equipment.variables)


def _copy(folder: Path, target: Path, left_out: Iterable[str] = ()) -> None:
    """Copies what links point to, as the commands may not reach it from the copy."""
    ignored = shutil.ignore_patterns(*_IGNORED, *left_out)
    shutil.copytree(folder, target, ignore=ignored, ignore_dangling_symlinks=True)
