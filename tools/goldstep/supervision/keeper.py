"""Keeps one command and all that it starts; a program of its own, on the standard library alone.

    CONTROL SETTING=VALUE ... -- COMMAND ...

The command gets this program's standard input and output, a session of its own, and limits. Its
standard error is read at all times, and the end of it kept. On the socket CONTROL stands first

    started PID        or        failed ERRNO

and once nothing of it is left: ``ended WAITSTATUS LIMIT SECONDS BYTES``, followed by that many
bytes of standard error. LIMIT is the one that was exceeded, or ``-``; SECONDS are of processors,
that the command and all that it started have used. Everything is killed when the command
itself ends, when a limit is exceeded, and when CONTROL says so or is closed, as it is where the
harness dies: nothing that the command started can outlive it, whatever group it is in (on Linux;
elsewhere, what left the command's group is not found).
"""

# The numbers and functions of `signal` without its enumerations, which take longer to make than all
# else that is imported here.
import _signal as signal  # type: ignore[import-not-found]
import os
import resource
import select
import sys
import time

_INTERVAL = 0.05  # seconds between two looks at what the processes use
_DISK_EVERY = 10  # intervals; a walk through files costs more
_CHUNK = 1 << 16
_LINUX = sys.platform == "linux"
_PAGE = resource.getpagesize()


class KeptCommand:
    """One command from its start to the end of the last process that came from it."""

    def __init__(self, control: int, settings: dict[str, str], command: list[str]) -> None:
        """Starts it; ``control`` is watched, never read. Raises OSError if that fails."""
        self._control = control
        self._settings = settings
        self._kept_error = int(settings["kept_error"])
        self._error = bytearray()
        self._status = 0
        self._has_ended = False
        self._looks = 0
        os.set_inheritable(control, False)
        self._woken, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(self._woken, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._error_pipe, error_end = os.pipe()
        os.set_blocking(self._error_pipe, False)
        if _LINUX:
            _adopt_orphans()
        os.chdir(settings["folder"])
        _limit_each_process(settings)
        self.pid = os.posix_spawnp(
            command[0],
            command,
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, error_end, 2), *_moved_pipes(settings)],
            setsid=True,
            setsigdef=[signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGTERM],
        )
        # From now on only the command holds its pipes.
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        os.close(error_end)

    def wait(self) -> str:
        """Until the command ends or has to be ended; the limit that was exceeded, or ``-``."""
        poll = select.poll()
        for fd in (self._control, self._woken, self._error_pipe):
            poll.register(fd, select.POLLIN)
        is_limited = _LINUX and "processes" in self._settings
        look_at = time.monotonic()
        while True:
            timeout = max(0.0, look_at - time.monotonic()) * 1000 if is_limited else None
            ready = {fd for fd, _ in poll.poll(timeout)}
            if self._error_pipe in ready and not self._read_error():
                poll.unregister(self._error_pipe)
            if self._woken in ready:
                os.read(self._woken, _CHUNK)
                self._reap()
            if self._has_ended or self._control in ready:
                return "-"
            if is_limited and time.monotonic() >= look_at:
                if exceeded := self._exceeded():
                    return exceeded
                look_at = time.monotonic() + _INTERVAL

    def kill_all(self) -> None:
        """Until no process is left: what is orphaned meanwhile becomes a child of this one."""
        _kill(-self.pid, signal.SIGKILL)
        give_up = time.monotonic() + 5
        while self._reap() and time.monotonic() < give_up:
            if _LINUX:
                # What is stopped forks no more; then it is killed.
                found = _descendants(1 << 16)
                for number in (signal.SIGSTOP, signal.SIGKILL):
                    for pid in found:
                        _kill(pid, number)
            else:
                _kill(-self.pid, signal.SIGKILL)
            time.sleep(0.001)

    def report(self, exceeded: str) -> bytes:
        """How it ended, and the end of its standard error; once nothing is left of it."""
        while self._read_error():
            pass
        error = self._error[-self._kept_error :]
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = used.ru_utime + used.ru_stime
        return f"ended {self._status} {exceeded} {seconds:.3f} {len(error)}\n".encode() + error

    def _read_error(self) -> bool:
        """Takes what there is; False if there is nothing for now or for ever."""
        try:
            data = os.read(self._error_pipe, _CHUNK)
        except BlockingIOError:
            return False
        self._error += data
        if len(self._error) > 2 * self._kept_error:
            del self._error[: -self._kept_error]
        return bool(data)

    def _reap(self) -> bool:
        """Takes the status of all that have ended; False if no process is left."""
        try:
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return True
                if pid == self.pid:
                    self._status, self._has_ended = status, True
        except ChildProcessError:
            return False

    def _exceeded(self) -> str | None:
        """The limit that all processes together exceed."""
        of_sandbox = int(self._settings.get("sandbox_processes", 0))
        most = int(self._settings["processes"]) + of_sandbox
        processes = _descendants(most + 1)
        if of_sandbox and self.pid in processes:
            processes.remove(self.pid)  # what confines the command, with memory of its own
            most -= 1
        if len(processes) > most:
            return "processes"
        if sum(map(_resident, processes)) > int(self._settings["memory"]):
            return "memory"
        self._looks += 1
        is_due = self._looks % _DISK_EVERY == 0
        if is_due and _takes_more(self._settings["written"], int(self._settings["disk"])):
            return "disk"
        return None


def _moved_pipes(
    settings: dict[str, str],
) -> list[tuple[int, int, int] | tuple[int, int, str, int, int]]:
    """A sandbox would hold the pipes open: it gets them under numbers that it passes on."""
    if "pipes" not in settings:
        return []
    numbers = [int(number) for number in settings["pipes"].split(",")]
    return [
        *((os.POSIX_SPAWN_DUP2, own, passed) for own, passed in enumerate(numbers)),
        *((os.POSIX_SPAWN_OPEN, own, os.devnull, os.O_RDWR, 0) for own in (0, 1)),
    ]


def _limit_each_process(settings: dict[str, str]) -> None:
    """Limits that the system itself enforces."""
    limits = [(resource.RLIMIT_CORE, 0)]
    for name, kind in (
        ("memory", resource.RLIMIT_DATA),
        ("file_size", resource.RLIMIT_FSIZE),
        ("open_files", resource.RLIMIT_NOFILE),
    ):
        if name in settings:
            limits.append((kind, int(settings[name])))
    if "processes" in settings and _LINUX:
        # It counts the threads of all that the user runs; those of root are never refused.
        threads = _threads_of_user() + 8 * int(settings["processes"])
        limits.append((resource.RLIMIT_NPROC, threads))
    for kind, limit in limits:
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(kind, (limit, limit))


def _adopt_orphans() -> None:
    """PR_SET_CHILD_SUBREAPER: what loses its parent becomes a child of this process."""
    import ctypes

    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def _kill(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def _descendants(most: int) -> list[int]:
    """Processes that come from this one, at most so many of them."""
    found = _children(os.getpid())
    for pid in found:  # which grows
        if len(found) > most:
            break
        found += _children(pid)
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:
                found += map(int, file.read().split())
    except OSError:
        pass  # it has ended meanwhile
    return found


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * _PAGE
    except OSError:
        return 0


def _threads_of_user() -> int:
    threads = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if os.stat(f"/proc/{name}").st_uid == os.getuid():
                    threads += os.stat(f"/proc/{name}/task").st_nlink - 2
            except OSError:
                pass
    return threads


def _takes_more(folder: str, limit: int) -> bool:
    """Whether the files of a folder take more bytes on the disk."""
    total = 0
    folders = [folder]
    while folders:
        try:
            entries = list(os.scandir(folders.pop()))
        except OSError:
            continue
        for entry in entries:
            try:
                # An empty file has an inode.
                total += max(512, entry.stat(follow_symlinks=False).st_blocks * 512)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
            except OSError:
                pass
        if total > limit:
            return True
    return False


def _send(control: int, message: bytes) -> None:
    view = memoryview(message)
    try:
        while view:
            view = view[os.write(control, view) :]
    except OSError:
        pass  # the harness is gone


def main(arguments: list[str]) -> None:
    """Starts the command, waits for its end or for what ends it, and reports."""
    end = arguments.index("--")
    control = int(arguments[0])
    settings = dict(each.split("=", 1) for each in arguments[1:end])
    try:
        command = KeptCommand(control, settings, arguments[end + 1 :])
    except OSError as problem:
        _send(control, f"failed {problem.errno}\n".encode())
        return
    _send(control, f"started {command.pid}\n".encode())
    exceeded = command.wait()
    command.kill_all()
    _send(control, command.report(exceeded))
