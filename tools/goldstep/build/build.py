"""Builds a rung with the real compilers; what was built is kept by the content of all inputs."""

from __future__ import annotations

import hashlib
import shutil
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from goldstep.build.commands import Commands
from goldstep.build.toolchain import ResolvedToolchain
from goldstep.build.toolchain.cache import exclusively
from goldstep.errors import HarnessError, ToolchainError
from goldstep.paths import cache_folder
from goldstep.port.workspace import Workspace
from goldstep.supervision import command as processes
from goldstep.supervision.temporary import temporary_folder
from goldstep.version import __version__

BUILD_TIMEOUT = 600.0  # seconds for each command


@dataclass(frozen=True, slots=True)
class Built:
    """The build's folder; ``cached`` where it was made by an earlier run from the same inputs."""

    folder: Path
    seconds: float
    cached: bool


@dataclass(frozen=True, slots=True)
class NothingToBuild:
    """The port has no build commands; ``folder`` is empty."""

    folder: Path


@dataclass(frozen=True, slots=True)
class BuildFailed:
    """A command that failed, with all that it said. A failure is never kept: it is seen anew."""

    completed: processes.Completed
    compiler_log: str | None
    seconds: float


def build(
    workspace: Workspace, toolchain: ResolvedToolchain
) -> Built | NothingToBuild | BuildFailed:
    """Builds what is in the workspace.

    Raises ToolchainError where a command is not there, HarnessError where the cache cannot be
    written.
    """
    table = workspace.port.table.build
    if table is None:
        folder = workspace.root / ".build"
        folder.mkdir()
        return NothingToBuild(folder)
    before = workspace.digest()
    kept = cache_folder() / "builds" / _key(workspace, toolchain, before)
    if kept.is_dir():
        with suppress(OSError):
            kept.touch()
        return Built(kept, 0.0, cached=True)
    with ExitStack() as stack:
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            output = stack.enter_context(temporary_folder(".building-", kept.parent))
        except OSError as error:
            raise HarnessError(
                f"cannot be written: {error.strerror}",
                place=str(kept.parent),
                hint="set GOLDSTEP_CACHE_DIR to a folder of yours",
            ) from None
        return _build(workspace, toolchain, output, kept, before)


def _build(
    workspace: Workspace, toolchain: ResolvedToolchain, output: Path, kept: Path, before: str
) -> Built | BuildFailed:
    """Runs the commands; what they make in ``output`` is moved to ``kept`` where it can be kept."""
    table = workspace.port.table.build
    assert table
    started = time.monotonic()
    commands = Commands(workspace, toolchain, output)
    with ExitStack() as stack:
        for lock in toolchain.shared:
            stack.enter_context(exclusively(lock))
        for command in table.commands:
            completed = _run(commands.fill(command), workspace)
            if completed.returncode or completed.timed_out:
                return BuildFailed(completed, _text(commands.compiler_log), _since(started))
    commands.compiler_log.unlink(missing_ok=True)
    if workspace.digest() != before:
        # It wrote beside its sources, which are not kept: the next run builds anew.
        beside = workspace.root / ".build"
        shutil.copytree(output, beside)
        return Built(beside, _since(started), cached=False)
    # Another run may have been quicker; both made the same.
    with suppress(OSError):
        output.rename(kept)
    return Built(kept, _since(started), cached=False)


def _key(workspace: Workspace, toolchain: ResolvedToolchain, digest: str) -> str:
    table = workspace.port.table
    assert table.build
    parts = (
        __version__,
        toolchain.identity,
        repr(table.build.commands),
        repr(sorted(workspace.port.placeholders.items())),
        repr(workspace.port.table.variables),
        digest,
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _run(command: list[str], workspace: Workspace) -> processes.Completed:
    try:
        return processes.run(command, workspace.folder, workspace.environment, BUILD_TIMEOUT)
    except OSError as error:
        raise ToolchainError(
            f"the build command {command[0]!r} cannot be run: {error.strerror}",
            place=str(workspace.port.folder),
            hint="install it, or correct build.command in port.toml",
        ) from None


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else None


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)
