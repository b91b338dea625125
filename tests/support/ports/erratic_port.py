"""A port that picks at random whether and how it sins: mostly it conforms.

    erratic_port.py SEED TOKEN

SEED and the number of processes before it, of which it leaves a file, decide what it does: at its
start, at each case, and at its end.
"""

import random
import sys
from pathlib import Path

import unbounded_port
import unreliable_port

AT_THE_START = (
    *("never-starts", "exits-at-start", "exits-at-echo", "refuses-start", "other-protocol"),
    *("noise", "nameless", "wrong-seq-at-start", "hex-echo", "numbers-echo", "short-echo"),
)
IN_ITS_ANSWER = (
    *("number-as-number", "word-as-number", "digits-as-number", "one-too-few", "one-too-many"),
    *("no-weights", "one-parameter-less", "extra-parameter", "no-steps", "one-step-more"),
    *("rejects", "not-a-number", "time-of-day", "slow", "silent-average", "extra-fields"),
)
INSTEAD_OF_IT = (
    *("not-json", "stack-trace", "not-utf-8", "empty-line", "wrong-seq", "never-sent", "no-seq"),
    *("key-twice", "inner-key-twice", "ok-with-error", "deep-value", "long-number", "odd-bytes"),
    *("hangs", "exits", "killed", "half-a-line", "half-a-line-hangs", "late", "closes", "deaf"),
    *("swaps", "twice", "for-ever", "answers-and-exits", "answers-and-traces", "closes-input"),
)
BEFORE_IT = (
    *("daemon", "helpers", "holds-output", "forks-and-exits", "hangs-with-children"),
    *("ignores-signals", "kills-its-group", "opens", "endless-line", "every-descriptor"),
)
AT_THE_END = ("bad-exit", "stops-with-trace", "last-words", "ignores-stop")


class Port(unreliable_port.Port, unbounded_port.Port):
    def __init__(self, seed, token):
        super().__init__("none", token, "SIGSEGV")
        lives = Path("lives")
        with lives.open("a") as file:
            file.write("x")
        self.chance = random.Random(f"{seed}/{lives.stat().st_size}")
        self.deed = "none"

    def pick(self, share, *deeds):
        """One of them in a share of the cases, else none."""
        return self.chance.choice(deeds) if self.chance.random() < share else "none"

    def begin(self):
        self.sin = self.pick(0.03, *AT_THE_START)
        super().begin()

    def run(self, request):
        self.sin = self.pick(0.01, *IN_ITS_ANSWER)
        self.deed = self.pick(0.05, *INSTEAD_OF_IT, *BEFORE_IT)
        return super().run(request)

    def stop(self, request):
        self.sin = self.pick(0.05, *AT_THE_END)
        super().stop(request)

    def send(self, request, line):
        kept_back, self.kept_back = self.kept_back, None
        do = getattr(self, self.deed.replace("-", "_"))
        if self.deed in BEFORE_IT:
            do()
            self.say(line)
        else:
            do(line)
        if kept_back:
            self.say(kept_back)


if __name__ == "__main__":
    Port(*sys.argv[1:3]).serve()
