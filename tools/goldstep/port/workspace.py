"""The copy of a port's folder in which one rung is built and run."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from goldstep.port.environment import environment
from goldstep.port.patches import apply_patch
from goldstep.port.port import Port
from goldstep.port.table import FILE_NAME
from goldstep.supervision.launch import Launch
from goldstep.supervision.sandbox import Sandbox
from goldstep.supervision.temporary import temporary_folder

_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", ".git")


@dataclass(frozen=True, slots=True)
class Workspace:
    """``root`` holds the copy of the port's folder, ``folder``, and what it shares beside it."""

    root: Path
    folder: Path
    port: Port

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where sources lie: the port's own folder first."""
        shared = (self.root / Path(name).name for name in self.port.table.shared)
        return (self.folder, *shared)

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
        limits = self.port.table.limits
        return Launch(command, self.root, self.folder, environment(self.port), limits, sandbox)


@contextmanager
def workspace(port: Port, repairs: int) -> Iterator[Workspace]:
    """A copy of the port's folder with its first ``repairs`` repairs applied, while the block runs.

    Raises PortFileError if a patch does not apply.
    """
    with temporary_folder("goldstep-") as root:
        folder = root / port.folder.resolve().name
        _copy(port.folder, folder)
        for shared in port.table.shared:
            _copy(port.folder / shared, root / Path(shared).name)
        for repair in port.repairs[:repairs]:
            apply_patch(port.folder / repair.patch, folder)
        yield Workspace(root, folder, port)


def _copy(folder: Path, target: Path) -> None:
    """Copies what links point to, as the commands may not reach it from the copy."""
    shutil.copytree(folder, target, ignore=_IGNORED, ignore_dangling_symlinks=True)
