"""Keeps one command and all that it starts; run as a program of its own, on the library alone.

    CONTROL SETTING=VALUE ... -- COMMAND ...

The command gets this program's standard input and output, a session of its own, and limits. Its
standard error is read at all times, and the end of it kept. On the socket CONTROL stands first

    started PID        or        failed ERRNO

and once nothing of it is left: ``ended WAITSTATUS REASON SECONDS BYTES``, followed by that many
bytes of standard error. REASON is the limit that was passed, or ``-``; SECONDS are of processors,
that the command and all that it started have used. Everything is killed when the command
itself ends, when a limit is passed, and when CONTROL says so or is closed, as it is where the
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


class Keeper:
    """One command from its start to the end of the last process that came from it."""

    def __init__(self, control: int, settings: dict[str, str], command: list[str]) -> None:
        self._control = control
        os.set_inheritable(control, False)
        self._settings = settings
        self._command = command
        self._kept = int(settings["kept_error"])
        self._error = bytearray()
        self._reason = "-"
        self._status: int | None = None
        self._pid = 0
        self._looks = 0

    def run(self) -> None:
        """Starts the command, waits for its end or for what ends it, and reports."""
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(woken, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        error, error_end = os.pipe()
        os.set_blocking(error, False)
        try:
            self._start(error_end)
        except OSError as problem:
            self._tell(f"failed {problem.errno}\n".encode())
            return
        os.close(error_end)
        self._tell(f"started {self._pid}\n".encode())
        self._wait(woken, error)
        self._kill_all()
        while self._read_error(error):
            pass
        del self._error[: -self._kept]
        status = 0 if self._status is None else self._status
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = used.ru_utime + used.ru_stime
        head = f"ended {status} {self._reason} {seconds:.3f} {len(self._error)}\n".encode()
        self._tell(head + self._error)

    def _start(self, error_end: int) -> None:
        if _LINUX:
            _adopt_orphans()
        os.chdir(self._settings["folder"])
        self._limit()
        self._pid = os.posix_spawnp(
            self._command[0],
            self._command,
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, error_end, 2), *self._moves()],
            setsid=True,
            setsigdef=[signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGTERM],
        )
        # From now on only the command holds its pipes.
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)

    def _moves(self) -> list[tuple[int, int, int] | tuple[int, int, str, int, int]]:
        """A sandbox would hold the pipes open: it gets them under numbers that it passes on."""
        if "pipes" not in self._settings:
            return []
        numbers = [int(number) for number in self._settings["pipes"].split(",")]
        return [
            *((os.POSIX_SPAWN_DUP2, own, passed) for own, passed in enumerate(numbers)),
            *((os.POSIX_SPAWN_OPEN, own, os.devnull, os.O_RDWR, 0) for own in (0, 1)),
        ]

    def _limit(self) -> None:
        """Limits that the system itself enforces, on each process."""
        limits = [(resource.RLIMIT_CORE, 0)]
        for name, kind in (
            ("memory", resource.RLIMIT_DATA),
            ("file_size", resource.RLIMIT_FSIZE),
            ("open_files", resource.RLIMIT_NOFILE),
        ):
            if name in self._settings:
                limits.append((kind, int(self._settings[name])))
        if "processes" in self._settings and _LINUX:
            # It counts the threads of all that the user runs; those of root are never refused.
            threads = _threads_of_user() + 8 * int(self._settings["processes"])
            limits.append((resource.RLIMIT_NPROC, threads))
        for kind, limit in limits:
            _, hard = resource.getrlimit(kind)
            if hard != resource.RLIM_INFINITY:
                limit = min(limit, hard)
            resource.setrlimit(kind, (limit, limit))

    def _wait(self, woken: int, error: int) -> None:
        poll = select.poll()
        for fd in (self._control, woken, error):
            poll.register(fd, select.POLLIN)
        watched = _LINUX and "processes" in self._settings
        look_at = time.monotonic()
        while True:
            timeout = max(0.0, look_at - time.monotonic()) * 1000 if watched else None
            ready = {fd for fd, _ in poll.poll(timeout)}
            if error in ready and not self._read_error(error):
                poll.unregister(error)
            if woken in ready:
                os.read(woken, _CHUNK)
                self._reap()
            if self._status is not None or self._control in ready:
                return
            if watched and time.monotonic() >= look_at:
                self._look()
                if self._reason != "-":
                    return
                look_at = time.monotonic() + _INTERVAL

    def _read_error(self, error: int) -> bool:
        """Takes what there is; False where there is nothing for now or for ever."""
        try:
            data = os.read(error, _CHUNK)
        except BlockingIOError:
            return False
        self._error += data
        if len(self._error) > 2 * self._kept:
            del self._error[: -self._kept]
        return bool(data)

    def _reap(self) -> bool:
        """Takes the status of all that have ended; False where there is nobody left."""
        try:
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return True
                if pid == self._pid:
                    self._status = status
        except ChildProcessError:
            return False

    def _look(self) -> None:
        """Whether all processes together are within their limits."""
        around = int(self._settings.get("around", 0))
        most = int(self._settings["processes"]) + around
        processes = _descendants(most + 1)
        if around and self._pid in processes:
            processes.remove(self._pid)  # what confines the command, with memory of its own
            most -= 1
        if len(processes) > most:
            self._reason = "processes"
        elif sum(map(_resident, processes)) > int(self._settings["memory"]):
            self._reason = "memory"
        self._looks += 1
        if self._looks % _DISK_EVERY == 0:
            limit = int(self._settings["disk"])
            if _over(self._settings["written"], limit):
                self._reason = "disk"

    def _kill_all(self) -> None:
        """Until nobody is left: what is orphaned meanwhile becomes a child of this process."""
        _kill(-self._pid, signal.SIGKILL)
        give_up = time.monotonic() + 5
        while self._reap() and time.monotonic() < give_up:
            if _LINUX:
                # What is stopped forks no more; then it is killed.
                found = _descendants(1 << 16)
                for number in (signal.SIGSTOP, signal.SIGKILL):
                    for pid in found:
                        _kill(pid, number)
            else:
                _kill(-self._pid, signal.SIGKILL)
            time.sleep(0.001)

    def _tell(self, message: bytes) -> None:
        view = memoryview(message)
        try:
            while view:
                view = view[os.write(self._control, view) :]
        except OSError:
            pass  # the harness is gone


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


def _over(folder: str, limit: int) -> bool:
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


def main(arguments: list[str]) -> None:
    """Reads the arguments, and keeps the command."""
    end = arguments.index("--")
    settings = dict(each.split("=", 1) for each in arguments[1:end])
    Keeper(int(arguments[0]), settings, arguments[end + 1 :]).run()
