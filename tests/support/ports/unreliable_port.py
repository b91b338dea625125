"""A port that conforms but for what it does instead of sending one answer.

    unreliable_port.py SIN TOKEN [WORD]

It sins at a case with the gradient -42.

A line that is no answer to the request, after which nothing can be told any more
    not-json            "Segmentation fault?"
    stack-trace         a stack trace, then the answer
    not-utf-8           bytes that are no UTF-8
    not-an-object       WORD, which is JSON
    empty-line          an empty line, then the answer
    wrong-seq           the answer with the number after the request's
    never-sent          the answer to a request that nobody sent
    no-seq              the answer without the request's number

A line that is the answer to the request, and cannot be read
    key-twice           the answer with the key `steps` twice
    inner-key-twice     the answer with the key `weights` twice in its first step
    ok-with-error       the answer, and an error in it
    deep-value          the answer with 5,000 lists in each other that nobody asked for
    long-number         the answer with a number of 5,000 digits that nobody asked for
    odd-bytes           the answer with a text that nobody asked for, which is no UTF-8

No answer
    hangs               waits
    exits               writes "out of luck" to standard error and exits with 4
    raises              imports optimizer.py, which the test writes beside it
    killed              kills itself by the signal WORD
    half-a-line         half of its answer, then exits with 0
    half-a-line-hangs   half of its answer, then waits
    late                its answer, after 5 s
    closes              closes its standard output, and lives on
    closes-both         closes its standard output and input, and lives on
    deaf                closes its standard input, and waits

The answer, and then what harms other cases; the first time only, of which it leaves a file
    swaps               the answer to the next request before it, if there is one within 10 s
    twice               its answer again
    for-ever            its answer again and again
    answers-and-exits   exits with 0
    answers-and-traces  a stack trace
    closes-input        closes its standard input, before it answers
"""

import importlib
import json
import os
import signal
import sys
import time

import misbehaving_port
from misbehaving_port import FOR_EVER, leave

MARKED = "'-42.0'"
ONCE = ("swaps", "twice", "for-ever", "answers-and-exits", "answers-and-traces", "closes-input")
TRACE = 'Traceback (most recent call last):\n  File "optimizer.py", line 3\nValueError: no\n'


class Port(misbehaving_port.Port):
    def __init__(self, sin, token="", word=""):
        super().__init__(sin, token)
        self.word = word
        self.kept_back = None

    def send(self, request, line):
        if MARKED in str(request.get("gradients")) and (
            self.sin not in ONCE or self.is_first_time()
        ):
            getattr(self, self.sin.replace("-", "_"))(line)
        else:
            self.say(line)
        if self.kept_back and self.kept_back != line:
            self.say(self.kept_back)
            self.kept_back = None

    def none(self, line):
        self.say(line)

    def not_json(self, line):
        self.say("Segmentation fault?\n")

    def stack_trace(self, line):
        self.say(TRACE + line)

    def not_utf_8(self, line):
        self.say(b'{"seq": \xff\xfe}\n')

    def not_an_object(self, line):
        self.say(self.word + "\n")

    def empty_line(self, line):
        self.say("\n" + line)

    def wrong_seq(self, line):
        self.say(with_seq(line, lambda seq: seq + 1))

    def never_sent(self, line):
        self.say(with_seq(line, lambda seq: seq + 1_000_000))

    def no_seq(self, line):
        answer = json.loads(line)
        del answer["seq"]
        self.say(json.dumps(answer) + "\n")

    def swaps(self, line):
        if self.requests.are_there(within=10):
            self.kept_back = line
        else:
            self.say(line)

    def key_twice(self, line):
        self.say(line.replace('"steps":', '"steps": [], "steps":'))

    def inner_key_twice(self, line):
        self.say(line.replace('"weights":', '"weights": {}, "weights":', 1))

    def ok_with_error(self, line):
        self.say(line.replace('"ok": true', '"ok": true, "error": {"kind": "failed"}'))

    def deep_value(self, line):
        self.say(with_more(line, b"[" * 5_000 + b"]" * 5_000))

    def long_number(self, line):
        self.say(with_more(line, b"7" * 5_000))

    def odd_bytes(self, line):
        self.say(with_more(line, b'"\xff"'))

    def hangs(self, line):
        time.sleep(FOR_EVER)

    def exits(self, line):
        sys.stderr.write("out of luck\n")
        leave(4)

    def raises(self, line):
        importlib.import_module("optimizer")

    def killed(self, line):
        number = signal.Signals[self.word]
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        time.sleep(FOR_EVER)

    def half_a_line(self, line):
        self.say(line[: len(line) // 2])
        leave(0)

    def half_a_line_hangs(self, line):
        self.say(line[: len(line) // 2])
        time.sleep(FOR_EVER)

    def late(self, line):
        time.sleep(5)
        self.say(line)

    def twice(self, line):
        self.say(line + line)

    def for_ever(self, line):
        while True:
            self.say(line * 100)

    def answers_and_exits(self, line):
        self.say(line)
        leave(0)

    def answers_and_traces(self, line):
        self.say(line + TRACE)

    def closes(self, line):
        os.close(1)
        time.sleep(FOR_EVER)

    def closes_both(self, line):
        os.close(0)
        os.close(1)
        time.sleep(FOR_EVER)

    def closes_input(self, line):
        os.close(0)
        self.say(line)
        time.sleep(FOR_EVER)

    def deaf(self, line):
        os.close(0)
        time.sleep(FOR_EVER)


def with_seq(line, change):
    answer = json.loads(line)
    return json.dumps({**answer, "seq": change(answer["seq"])}) + "\n"


def with_more(line, value):
    return line.rstrip().encode()[:-1] + b', "more": ' + value + b"}\n"


if __name__ == "__main__":
    Port(*sys.argv[1:4]).serve()
