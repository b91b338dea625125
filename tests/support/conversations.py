"""Conversations with a port, for tests that have no process: what it may say, and what is heard."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field

from goldstep.connection.conversation import Conversation, EndedError
from goldstep.connection.outcomes import Outcome
from goldstep.connection.protocol import ECHO_VALUES
from goldstep.vectors.case import Expected, case_type
from goldstep_reference.rmsprop.algorithm import RMSPROP

CASES = [
    case_type(RMSPROP)(
        id=f"rmsprop/float64/test/case-{number}",
        description="",
        flags=[],
        weights={"w1": ["0.5"]},
        gradients=[{"w1": ["0.1"]}],
        record=[1],
        expected=Expected(rejected="never judged"),
    )
    for number in range(6)
]


def line(**body: object) -> bytes:
    return json.dumps(body).encode() + b"\n"


ABOUT = {"name": "a", "version": "1", "language": "L", "language_version": "1"}
START = line(seq=1, ok=True, implementation=ABOUT, number_format="float64")
ECHO = line(seq=2, ok=True, values=ECHO_VALUES["float64"])
STEPS = [{"weights": {"w1": ["0.25"]}}]


def answer(seq: int) -> bytes:
    return line(seq=seq, ok=True, steps=STEPS)


@dataclass
class Heard:
    """What became of the bytes that a port sent."""

    conversation: Conversation
    outcomes: list[tuple[str, Outcome]] = field(default_factory=list)
    ending: str | None = None

    def receive(self, data: bytes) -> None:
        if self.ending is None:
            try:
                for case, outcome in self.conversation.receive(data):
                    self.outcomes.append((case.id, outcome))
            except EndedError as error:
                self.ending = repr(error.ending)

    @property
    def everything(self) -> tuple[object, ...]:
        conversation = self.conversation
        left = [due.case.id for due in conversation.due]
        again = [case.id for case in conversation.repeated]
        return (
            self.outcomes,
            self.ending,
            conversation.state,
            left,
            again,
            conversation.implementation,
        )


def started() -> Heard:
    """A conversation in which `start` and `echo` are sent."""
    return Heard(Conversation(RMSPROP, "float64"))


def serving(cases: int = len(CASES)) -> Heard:
    """A conversation in which so many cases are sent."""
    heard = started()
    heard.receive(START + ECHO)
    for case in CASES[:cases]:
        heard.conversation.ask(case)
    return heard


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(places)]
