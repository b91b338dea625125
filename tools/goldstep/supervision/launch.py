"""How a port's command is started: where, with what it sees, and in which bounds."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from goldstep.supervision.limits import Limits
from goldstep.supervision.process import Bounds, SupervisedProcess
from goldstep.supervision.sandbox import Confined, Sandbox
from goldstep.supervision.temporary import remove


@dataclass(frozen=True, slots=True)
class Launch:
    """A port's command, ready to be started as often as need be.

    ``folder`` is where it runs, in ``root``, which is what it may write to.
    """

    command: Sequence[str]
    root: Path
    folder: Path
    environment: Mapping[str, str]
    limits: Limits
    sandbox: Sandbox

    @contextmanager
    def start(self) -> Iterator[SupervisedProcess]:
        """A new process, with a folder of its own for temporary files, while the block runs.

        Raises OSError if the command cannot be started.
        """
        self._check()
        self.folder.mkdir(parents=True, exist_ok=True)  # a port may take it away
        temporary = Path(tempfile.mkdtemp(prefix="tmp-", dir=self.root))
        environment = {**self.environment, "TMPDIR": str(temporary)}
        try:
            with SupervisedProcess(
                self.command, self.folder, environment, self._bounds()
            ) as process:
                yield process
        finally:
            remove(temporary)

    def _bounds(self) -> Bounds:
        prefix: Sequence[str] = ()
        if self.sandbox.prefix is not None:
            prefix = self.sandbox.prefix(
                Confined(self.command, self.folder, [self.root], self.limits.disk_mb * 10**6)
            )
        return Bounds(self.limits, self.root, prefix, self.sandbox.processes)

    def _check(self) -> None:
        """A sandbox that cannot find the command would end as if the port had."""
        program = self.command[0]
        if os.sep in program:
            path = self.folder / program
            if not path.exists():
                raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
            if not os.access(path, os.X_OK) or path.is_dir():
                raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        elif shutil.which(program, path=self.environment.get("PATH")) is None:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
