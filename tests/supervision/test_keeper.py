"""What holds a command: it is started, heard, and wholly ended, even if the harness is killed."""

from __future__ import annotations

import errno
import os
import select
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from goldstep.supervision.process import (
    Bounds,
    StoppedError,
    SupervisedProcess,
    resume,
    stop_all,
)
from goldstep.supervision.temporary import temporary_folder
from support.misbehaviour import processes_with, take_away_processes

pytestmark = pytest.mark.processes

# Seconds, which only a fault takes: a busy machine takes one or two.
SOON = 60.0
# Starts a process that leaves its session, and one that leaves its parent too; says so, and waits.
ESCAPES = """
import os, subprocess, sys, time
waits = [sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1]]
subprocess.Popen(waits, start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
os.wait()
print("ready", flush=True)
"""
WAITS = "import time; time.sleep(600)"
# A harness, as far as it keeps a command and a temporary folder.
HARNESS = """
import os, sys, time
from goldstep.supervision.process import SupervisedProcess
from goldstep.supervision.temporary import temporary_folder
command = [sys.executable, "-c", *sys.argv[1:]]
with temporary_folder("kept-") as folder, SupervisedProcess(command, folder, os.environ) as process:
    os.set_blocking(process.stdout, True)
    print(os.fdopen(process.stdout, closefd=False).readline().strip(), folder, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def token() -> Iterator[str]:
    """An argument of commands, by which their processes are found."""
    token = uuid.uuid4().hex
    yield token
    take_away_processes(token)


def python(program: str, *words: str) -> list[str]:
    return [sys.executable, "-c", program, *words]


def heard(process: SupervisedProcess, until: bytes = b"\n") -> bytes:
    """What the command says, to its first line feed."""
    said = b""
    while not said.endswith(until) and select.select([process.stdout], [], [], SOON)[0]:
        data = os.read(process.stdout, 1 << 16)
        if not data:
            break
        said += data
    return said


def soon(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SOON
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


class TestHowItEnds:
    @pytest.mark.parametrize("code", [0, 1, 77, 255])
    def test_an_exit_code(self, tmp_path: Path, code: int) -> None:
        with SupervisedProcess(
            python(f"raise SystemExit({code})"), tmp_path, os.environ
        ) as process:
            end = process.wait(SOON)
        assert end
        assert (end.status, end.exceeded, end.standard_error) == (code, None, b"")

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV])
    def test_a_signal(self, tmp_path: Path, number: signal.Signals) -> None:
        program = f"import os; os.kill(os.getpid(), {int(number)})"
        with SupervisedProcess(python(program), tmp_path, os.environ) as process:
            end = process.wait(SOON)
        assert end
        assert end.status == -number

    def test_it_is_not_known_before(self, tmp_path: Path) -> None:
        with SupervisedProcess(python(WAITS), tmp_path, os.environ) as process:
            assert process.wait(0.1) is None
            assert process.end().status == -signal.SIGKILL
            assert process.wait(0.1) == process.end()  # it stays known

    def test_a_closed_output_is_no_end(self, tmp_path: Path) -> None:
        program = "import os; os.close(1); " + WAITS
        with SupervisedProcess(python(program), tmp_path, os.environ) as process:
            assert heard(process) == b""
            assert process.wait(0.1) is None


class TestItCannotBeStarted:
    @pytest.mark.parametrize(
        ("command", "number"),
        [
            ("./no-such-program", errno.ENOENT),
            ("no-such-program-anywhere", errno.ENOENT),
            ("./file", errno.EACCES),
            (".", errno.EACCES),
        ],
    )
    def test_the_system_says_why(self, tmp_path: Path, command: str, number: int) -> None:
        (tmp_path / "file").touch()
        with (
            pytest.raises(OSError, match=os.strerror(number)),
            SupervisedProcess([command], tmp_path, os.environ),
        ):
            pass

    def test_its_folder_is_missing(self, tmp_path: Path) -> None:
        with (
            pytest.raises(FileNotFoundError),
            SupervisedProcess(["true"], tmp_path / "none", os.environ),
        ):
            pass


class TestWhatItGets:
    def test_its_folder(self, tmp_path: Path) -> None:
        with SupervisedProcess(["pwd", "-P"], tmp_path, os.environ) as process:
            assert heard(process).decode() == f"{tmp_path.resolve()}\n"

    def test_its_environment_and_no_more(self, tmp_path: Path) -> None:
        given = {"PATH": os.environ["PATH"], "COLOUR": "green"}
        with SupervisedProcess(["env"], tmp_path, given) as process:
            process.wait(SOON)
            said = heard(process, until=b"never").decode().split()
        assert {each for each in said if not each.startswith(("PWD=", "LC_CTYPE="))} == {
            f"{name}={value}" for name, value in given.items()
        }

    def test_its_input_and_output(self, tmp_path: Path) -> None:
        with SupervisedProcess(["cat"], tmp_path, os.environ) as process:
            os.write(process.stdin, b"to and fro\n")
            assert heard(process) == b"to and fro\n"
            process.close_input()
            end = process.wait(SOON)
            assert end
            assert end.status == 0

    def test_no_other_descriptor(self, tmp_path: Path) -> None:
        program = "import os; print([n for n in os.listdir('/dev/fd') if int(n) > 2])"
        with SupervisedProcess(python(program), tmp_path, os.environ) as process:
            assert heard(process).count(b",") == 0  # one: the folder itself, while it is read

    def test_a_session_without_a_terminal(self, tmp_path: Path) -> None:
        program = "import os; print(os.getsid(0) == os.getpid()); open('/dev/tty')"
        with SupervisedProcess(python(program), tmp_path, os.environ) as process:
            assert heard(process) == b"True\n"
            end = process.wait(SOON)
            assert end
            assert b"OSError" in end.standard_error


class TestStandardError:
    def test_all_of_it(self, tmp_path: Path) -> None:
        with SupervisedProcess(["ls", "no-such-file"], tmp_path, os.environ) as process:
            end = process.wait(SOON)
        assert end
        assert b"no-such-file" in end.standard_error

    @pytest.mark.parametrize("lines", [10, 150, 10_000, 1_000_000])
    def test_the_end_of_it(self, tmp_path: Path, lines: int) -> None:
        """It is read at all times: the command need not wait until somebody does."""
        program = f"import sys; sys.stderr.write(''.join(f'{{n:09}}\\n' for n in range({lines})))"
        with SupervisedProcess(
            python(program), tmp_path, os.environ, Bounds(kept_error=1000)
        ) as process:
            end = process.wait(SOON)
        assert end
        assert end.standard_error == b"".join(
            b"%09d\n" % number for number in range(max(0, lines - 100), lines)
        )

    def test_what_its_children_said(self, tmp_path: Path) -> None:
        with SupervisedProcess(
            ["sh", "-c", "(echo child >&2); exit 3"], tmp_path, os.environ
        ) as process:
            end = process.wait(SOON)
        assert end
        assert (end.status, end.standard_error) == (3, b"child\n")


class TestNothingIsLeft:
    def test_when_the_block_ends(self, tmp_path: Path, token: str) -> None:
        with SupervisedProcess(python(ESCAPES + WAITS, token), tmp_path, os.environ) as process:
            assert heard(process) == b"ready\n"
            assert len(list(processes_with(token))) == 4  # with the keeper
        assert list(processes_with(token)) == []

    def test_when_the_command_ends(self, tmp_path: Path, token: str) -> None:
        with SupervisedProcess(python(ESCAPES, token), tmp_path, os.environ) as process:
            end = process.wait(SOON)
            assert end
            assert end.status == 0
            assert soon(lambda: list(processes_with(token)) == [])

    def test_when_the_block_raises(self, tmp_path: Path, token: str) -> None:
        def interrupted() -> None:
            with SupervisedProcess(python(ESCAPES + WAITS, token), tmp_path, os.environ) as process:
                assert heard(process) == b"ready\n"
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert list(processes_with(token)) == []

    def test_when_all_are_stopped(self, tmp_path: Path, token: str) -> None:
        with SupervisedProcess(python(ESCAPES + WAITS, token), tmp_path, os.environ) as process:
            assert heard(process) == b"ready\n"
            stop_all()
            try:
                assert soon(lambda: list(processes_with(token)) == [])
                with pytest.raises(StoppedError), SupervisedProcess(["true"], tmp_path, os.environ):
                    pass
            finally:
                resume()
            end = process.wait(0)
            assert end
            assert end.status == -signal.SIGKILL
        with SupervisedProcess(["true"], tmp_path, os.environ) as process:
            assert process.wait(SOON)

    def test_when_the_harness_is_killed(self, token: str) -> None:
        process = subprocess.Popen(
            python(HARNESS, ESCAPES + WAITS, token), stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        ready, folder = process.stdout.readline().split()
        assert ready == "ready"
        assert Path(folder).is_dir()
        assert len(list(processes_with(token))) == 5
        process.kill()
        process.wait()
        process.stdout.close()
        assert soon(lambda: list(processes_with(token)) == [] and not Path(folder).exists())


class TestTemporaryFolders:
    def test_it_is_gone_after_the_block(self, tmp_path: Path) -> None:
        with temporary_folder("a-", tmp_path) as folder:
            (folder / "file").touch()
            assert list(tmp_path.iterdir()) == [folder]
        assert list(tmp_path.iterdir()) == []

    def test_the_block_may_move_it(self, tmp_path: Path) -> None:
        with temporary_folder("a-", tmp_path) as folder:
            folder.rename(tmp_path / "moved")
        assert [path.name for path in tmp_path.iterdir()] == ["moved"]

    def test_what_a_port_locked_is_taken_away_by_an_ordinary_user(self, tmp_path: Path) -> None:
        """Also where the test is run by root, who needs no permission otherwise."""
        program = (
            "import sys\n"
            "from pathlib import Path\n"
            "from goldstep.supervision.temporary import temporary_folder\n"
            "with temporary_folder('a-', Path(sys.argv[1])) as folder:\n"
            "    (folder / 'locked' / 'deeper').mkdir(parents=True)\n"
            "    (folder / 'locked').chmod(0)\n"
        )
        subprocess.run([*as_an_ordinary_user(), *python(program, str(tmp_path))], check=True)
        assert list(tmp_path.iterdir()) == []


def as_an_ordinary_user() -> list[str]:
    """Words before a command that take from root what only root may do with files."""
    if os.geteuid() != 0:
        return []
    taken = "-dac_override,-dac_read_search"
    return ["setpriv", f"--inh-caps={taken}", f"--bounding-set={taken}"]
