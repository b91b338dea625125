"""A port that conforms but for what it takes of the machine, and what it leaves behind.

    unbounded_port.py SIN TOKEN

It sins at a case with the gradient -42. Whatever it does without end ends by itself long before it
could hurt the machine.

Processes
    daemon              starts a process that leaves its session, and conforms
    helpers             starts three processes that live on, and conforms
    holds-output        starts a process that leaves its session and holds standard output and
                        error open, then exits with 0
    forks-and-exits     exits with 0, and leaves another process in its group
    hangs-with-children waits, as do its child and its grandchild
    fork-bomb           starts processes that start processes, 2,000 at most

Signals
    ignores-signals     waits, and ignores every signal that can be ignored
    kills-its-group     kills all processes of its group by SIGTERM
    kills-its-parent    kills the process that started it, and waits
    stops               stops itself by SIGSTOP

Memory
    allocates           takes memory without end
    allocates-in-children  takes 60 MB in each of six processes
    allocates-at-stop   takes 60 MB in each of six processes when it is to stop
    fills-tmp           writes 60 MB six times to /tmp

Files
    opens               opens files without end
    long-file           writes one file without end
    long-file-killed    the same, and leaves it to the system to end it
    many-files          writes files of 1 MB without end, and clears up when it is started again
    empty-files         makes empty files without end, for 5 s
    deep-folders        makes 1,100 folders within each other, then waits; the first time only
    takes-its-folder    takes its folder away, then exits with 0

Streams
    endless-line        writes 1 GB without a line feed
    endless-line-slowly writes a byte every 0.1 s and never a line feed
    floods-error        writes 1 GB to standard error, and conforms
    every-descriptor    writes to every descriptor that it has beyond the first three, and conforms
    terminal            makes every terminal that it can reach raw, and conforms
"""

import os
import shutil
import signal
import subprocess
import sys
import termios
import time
import tty
from contextlib import suppress
from pathlib import Path

import misbehaving_port
from misbehaving_port import FOR_EVER, leave

MARKED = "'-42.0'"
MEGABYTE = b"x" * 1_000_000
WAITS = [sys.executable, "-c", "import time; time.sleep(600)"]
MOST_PROCESSES = 2_000
MOST_FILES = 1_500
MOST_MEGABYTES = 1_500
MOST_SECONDS = 5


class Port(misbehaving_port.Port):
    def begin(self):
        for file in Path.cwd().glob("file-*"):
            file.unlink()
        super().begin()

    def send(self, request, line):
        if MARKED in str(request.get("gradients")):
            getattr(self, self.sin.replace("-", "_"))()
        self.say(line)

    def waits(self, **how):
        """Starts a process that lives on, which tests find by its token."""
        return subprocess.Popen([*WAITS, self.token], **how)

    def none(self):
        pass

    def stop(self, request):
        if self.sin == "allocates-at-stop":
            self.allocates_in_children()
        super().stop(request)

    def allocates_at_stop(self):
        pass

    # Processes.

    def daemon(self):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                nothing = os.open(os.devnull, os.O_RDWR)
                for stream in range(3):
                    os.dup2(nothing, stream)
                time.sleep(FOR_EVER)
            os._exit(0)
        os.wait()

    def helpers(self):
        for _ in range(3):
            self.waits(stdin=subprocess.DEVNULL)

    def holds_output(self):
        self.waits(start_new_session=True)
        leave(0)

    def forks_and_exits(self):
        if os.fork():
            os._exit(0)
        time.sleep(FOR_EVER)

    def hangs_with_children(self):
        if os.fork() == 0:
            self.waits()
        time.sleep(FOR_EVER)

    def fork_bomb(self):
        """Every process takes a permit before it forks, of a pipe that holds so many."""
        permits, granted = os.pipe()
        os.write(granted, b"x" * MOST_PROCESSES)
        os.close(granted)
        while os.read(permits, 1):
            try:
                child = os.fork()
            except OSError:
                time.sleep(0.01)
                continue
            if child == 0:
                signal.alarm(MOST_SECONDS)
        time.sleep(MOST_SECONDS)
        os._exit(0)

    # Signals.

    def ignores_signals(self):
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        time.sleep(FOR_EVER)

    def kills_its_group(self):
        os.killpg(0, signal.SIGTERM)
        time.sleep(FOR_EVER)

    def kills_its_parent(self):
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(FOR_EVER)

    def stops(self):
        os.kill(os.getpid(), signal.SIGSTOP)

    # Memory.

    def allocates(self):
        taken = [MEGABYTE * 70 for _ in range(MOST_MEGABYTES // 70)]
        time.sleep(FOR_EVER if taken else 0)

    def allocates_in_children(self):
        for _ in range(6):
            if os.fork() == 0:
                taken = MEGABYTE * 60
                time.sleep(FOR_EVER if taken else 0)
        time.sleep(FOR_EVER)

    def fills_tmp(self):
        for number in range(6):
            Path(f"/tmp/{self.token}-{number}").write_bytes(MEGABYTE * 60)

    # Files.

    def opens(self):
        for _ in range(MOST_FILES):
            os.open(__file__, os.O_RDONLY)
        time.sleep(FOR_EVER)

    def long_file(self):
        with Path("long").open("wb") as file:
            for _ in range(MOST_MEGABYTES):
                file.write(MEGABYTE)

    def long_file_killed(self):
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        self.long_file()

    def many_files(self):
        for number in range(MOST_MEGABYTES):
            Path(f"file-{number}").write_bytes(MEGABYTE)
            time.sleep(0.002)
        time.sleep(FOR_EVER)

    def empty_files(self):
        end = time.monotonic() + MOST_SECONDS
        number = 0
        while time.monotonic() < end:
            os.close(os.open(f"empty-{number}", os.O_CREAT))
            number += 1

    def deep_folders(self):
        if not self.is_first_time():
            return
        for _ in range(1_100):  # more than Python goes down
            Path("d").mkdir()
            os.chdir("d")
        time.sleep(FOR_EVER)

    def takes_its_folder(self):
        shutil.rmtree(Path.cwd())
        leave(0)

    # Streams.

    def endless_line(self):
        for _ in range(1_000):
            self.say(MEGABYTE)

    def endless_line_slowly(self):
        while True:
            self.say("x")
            time.sleep(0.1)

    def floods_error(self):
        for _ in range(1_000):
            sys.stderr.buffer.write(MEGABYTE)

    def every_descriptor(self):
        for number in range(3, 100):
            with suppress(OSError):
                os.write(number, b"nothing\n")

    def terminal(self):
        try:
            streams = [0, 1, 2, os.open("/dev/tty", os.O_RDWR)]
        except OSError:
            streams = [0, 1, 2]
        for stream in streams:
            with suppress(termios.error):
                tty.setraw(stream)


if __name__ == "__main__":
    Port(*sys.argv[1:3]).serve()
