"""What a port takes of the machine and leaves behind: it is bounded, and wholly ended."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from goldstep.supervision.bubblewrap import bubblewrap
from goldstep.supervision.isolation import SandboxMode
from support.harness_ports import can_isolate
from support.misbehaviour import CASE_TIMEOUT, HUNG, SANDBOXES, formula_vectors, new_port, sin

pytestmark = pytest.mark.processes

SCRIPT = "unbounded_port.py"
EITHER_WAY = pytest.mark.parametrize("sandbox", SANDBOXES)


@EITHER_WAY
class TestProcesses:
    @pytest.mark.parametrize("name", ["daemon", "helpers"])
    def test_those_that_outlive_it_are_ended_and_it_conforms(
        self, tmp_path: Path, name: str, sandbox: SandboxMode
    ) -> None:
        assert sin(tmp_path, SCRIPT, name, sandbox=sandbox).conforms()

    @pytest.mark.parametrize("name", ["forks-and-exits", "holds-output"])
    def test_its_end_is_seen_though_others_live_on(
        self, tmp_path: Path, name: str, sandbox: SandboxMode
    ) -> None:
        finding = sin(tmp_path, SCRIPT, name, sandbox=sandbox).blames()
        assert (finding.id, finding.message) == ("runtime-failure", "the process exited with 0")

    @pytest.mark.parametrize("name", ["hangs-with-children", "ignores-signals", "stops"])
    def test_it_hangs(self, tmp_path: Path, name: str, sandbox: SandboxMode) -> None:
        finding = sin(tmp_path, SCRIPT, name, case_timeout=CASE_TIMEOUT, sandbox=sandbox).blames()
        assert (finding.id, finding.message) == ("runtime-failure", HUNG)

    def test_a_fork_bomb(self, tmp_path: Path, sandbox: SandboxMode) -> None:
        run = sin(
            tmp_path,
            SCRIPT,
            "fork-bomb",
            limits="processes = 30",
            sandbox=sandbox,
        )
        finding = run.blames()
        assert finding.id == "runtime-failure"
        assert finding.message == "the port was ended: it had more than 30 processes at a time"
        assert "limits.processes" in finding.evidence.look_at

    def test_one_process_is_enough_for_a_port_that_starts_no_other(
        self, tmp_path: Path, sandbox: SandboxMode
    ) -> None:
        assert sin(tmp_path, SCRIPT, "none", limits="processes = 1", sandbox=sandbox).conforms()

    def test_it_kills_its_group(self, tmp_path: Path, sandbox: SandboxMode) -> None:
        finding = sin(tmp_path, SCRIPT, "kills-its-group", sandbox=sandbox).blames()
        assert finding.message == "the process was killed by SIGTERM"

    def test_it_kills_what_started_it(self, tmp_path: Path, sandbox: SandboxMode) -> None:
        finding = sin(
            tmp_path, SCRIPT, "kills-its-parent", case_timeout=CASE_TIMEOUT, sandbox=sandbox
        ).blames()
        assert finding.id == "runtime-failure"


@EITHER_WAY
class TestMemory:
    LIMITS = "memory_mb = 200"

    def test_one_process_is_refused_more(self, tmp_path: Path, sandbox: SandboxMode) -> None:
        finding = sin(tmp_path, SCRIPT, "allocates", limits=self.LIMITS, sandbox=sandbox).blames()
        assert finding.id == "runtime-failure"
        assert finding.message.startswith("the process exited with 1: MemoryError")
        assert "MemoryError" in finding.evidence.standard_error

    def test_several_are_ended_where_all_together_have_more(
        self, tmp_path: Path, sandbox: SandboxMode
    ) -> None:
        run = sin(
            tmp_path,
            SCRIPT,
            "allocates-in-children",
            limits=self.LIMITS,
            sandbox=sandbox,
        )
        finding = run.blames()
        assert finding.id == "runtime-failure"
        assert finding.message == "the port was ended: it had more than 200 MB of memory"
        assert "limits.memory_mb" in finding.evidence.look_at

    def test_also_where_they_were_asked_to_stop(self, tmp_path: Path, sandbox: SandboxMode) -> None:
        run = sin(tmp_path, SCRIPT, "allocates-at-stop", limits=self.LIMITS, sandbox=sandbox)
        assert run.counts == {"passed": 6}
        assert run.finding.message == "the port was ended: it had more than 200 MB of memory"


@EITHER_WAY
class TestFiles:
    LIMITS = "file_size_mb = 5\ndisk_mb = 10"

    def test_a_long_file_is_refused(self, tmp_path: Path, sandbox: SandboxMode) -> None:
        finding = sin(tmp_path, SCRIPT, "long-file", limits=self.LIMITS, sandbox=sandbox).blames()
        assert finding.id == "runtime-failure"
        assert finding.message.startswith("the process exited with 1: OSError: [Errno 27]")
        assert "File too large" in finding.evidence.standard_error

    def test_a_long_file_ends_what_does_not_see_the_refusal(
        self, tmp_path: Path, sandbox: SandboxMode
    ) -> None:
        finding = sin(
            tmp_path,
            SCRIPT,
            "long-file-killed",
            limits=self.LIMITS,
            sandbox=sandbox,
        ).blames()
        assert finding.message == "the process was killed by SIGXFSZ"
        assert "limits.file_size_mb" in finding.evidence.look_at

    def test_many_files(self, tmp_path: Path, sandbox: SandboxMode) -> None:
        finding = sin(
            tmp_path,
            SCRIPT,
            "many-files",
            limits=self.LIMITS,
            sandbox=sandbox,
        ).blames()
        message = "the port was ended: it had more than 10 MB in the files of its folder"
        assert (finding.id, finding.message) == ("runtime-failure", message)
        assert "limits.disk_mb" in finding.evidence.look_at

    def test_many_empty_files_are_taken_away(self, tmp_path: Path, sandbox: SandboxMode) -> None:
        finding = sin(
            tmp_path, SCRIPT, "empty-files", case_timeout=CASE_TIMEOUT, sandbox=sandbox
        ).blames()
        assert finding.id == "runtime-failure"

    def test_it_takes_its_own_folder_away(self, tmp_path: Path, sandbox: SandboxMode) -> None:
        """It cannot be started again: that is its own fault."""
        run = sin(tmp_path, SCRIPT, "takes-its-folder", run_keys="restarts = 3", sandbox=sandbox)
        assert run.results.exit_code == 1
        assert [*run.outcomes.values()] == ["passed"] * 2 + ["not-run"] * 4


def test_folders_too_deep_for_python_are_taken_away(tmp_path: Path) -> None:
    finding = sin(
        tmp_path,
        SCRIPT,
        "deep-folders",
        case_timeout=CASE_TIMEOUT,  # the keeper looks at the files meanwhile
        sandbox=SandboxMode.OFF,
    ).blames_nobody()
    assert HUNG in finding.message


def test_too_many_open_files_are_refused(tmp_path: Path) -> None:
    finding = sin(tmp_path, SCRIPT, "opens", limits="open_files = 64").blames()
    assert finding.id == "runtime-failure"
    assert finding.message.startswith("the process exited with 1: OSError: [Errno 24]")
    assert "Too many open files" in finding.evidence.standard_error


@can_isolate
def test_what_it_may_write_to_tmp_in_a_sandbox_is_bounded(tmp_path: Path) -> None:
    """In bubblewrap it is memory of the machine, and in no process; Landlock lets it write none."""
    limits = "memory_mb = 100\ndisk_mb = 100"
    finding = sin(
        tmp_path,
        SCRIPT,
        "fills-tmp",
        limits=limits,
        sandbox=SandboxMode.REQUIRED,
    ).blames()
    why = "No space left on device" if bubblewrap().isolates else "Permission denied"
    assert why in finding.evidence.standard_error


class TestStreams:
    def test_a_line_without_an_end_is_stopped_early(self, tmp_path: Path) -> None:
        finding = sin(tmp_path, SCRIPT, "endless-line").blames()
        assert finding.id == "runtime-failure"
        assert "a line is longer than" in finding.message
        assert len(finding.evidence.half_a_line) < 1000

    def test_bytes_that_trickle_are_no_answer(self, tmp_path: Path) -> None:
        finding = sin(tmp_path, SCRIPT, "endless-line-slowly", case_timeout=CASE_TIMEOUT).blames()
        assert finding.message == f"{HUNG} after half a line"

    def test_a_flood_on_standard_error_conforms(self, tmp_path: Path) -> None:
        run = sin(tmp_path, SCRIPT, "floods-error")
        assert run.conforms()

    @EITHER_WAY
    def test_it_has_no_descriptors_of_the_harness(
        self, tmp_path: Path, sandbox: SandboxMode
    ) -> None:
        assert sin(tmp_path, SCRIPT, "every-descriptor", sandbox=sandbox).conforms()


def test_a_line_without_an_end_takes_little_memory(tmp_path: Path) -> None:
    """The harness is a process of its own here, that says how much it grew in kilobytes."""
    ports = [
        str(new_port(tmp_path / name, SCRIPT, name, "token")) for name in ("none", "endless-line")
    ]
    vectors = formula_vectors(tmp_path / "vectors")
    program = (
        "import resource, sys, goldstep\n"
        "from pathlib import Path\n"
        "sizes = []\n"
        "for port in sys.argv[2:]:\n"
        "    options = goldstep.Options(vectors=Path(sys.argv[1]), jobs=1)\n"
        "    goldstep.verify(port, options=options)\n"
        "    sizes.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
        "print(sizes[1] - sizes[0])\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, vectors, *ports], capture_output=True, text=True, check=True
    )
    assert int(run.stdout) < 40_000


# Has a terminal, as a shell gives it to a command.
ON_A_TERMINAL = """
import fcntl, os, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.close(os.open("/dev/tty", os.O_RDWR))
from goldstep.cli import main
main()
"""


@EITHER_WAY
def test_the_terminal_stays_as_it_is(tmp_path: Path, sandbox: SandboxMode) -> None:
    port = new_port(tmp_path, SCRIPT, "terminal", "token")
    vectors = formula_vectors(tmp_path / "vectors")
    try:
        ours, theirs = pty.openpty()
    except OSError:
        pytest.skip("here are no pseudo-terminals")
    before = termios.tcgetattr(theirs)
    options = ("--vectors", vectors, "--sandbox", sandbox.value)
    process = subprocess.Popen(
        [sys.executable, "-c", ON_A_TERMINAL, "verify", port, *options],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    received = b""
    while process.poll() is None:
        if select.select([ours], [], [], 0.1)[0]:
            received += os.read(ours, 1 << 16)
    after = termios.tcgetattr(theirs)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0, received
    assert after == before
