"""The conversation with a port, which knows no process: any bytes, in any pieces."""

from __future__ import annotations

import json

import pytest
from goldstep.connection import hints
from goldstep.connection.conversation import Conversation, EndedError
from goldstep.connection.endings import BrokeProtocol, Flooded, RefusedStart, State
from goldstep.connection.outcomes import Answered, Broken, Refused
from goldstep.connection.protocol import ECHO_VALUES
from goldstep_reference.rmsprop.algorithm import RMSPROP
from hypothesis import given
from hypothesis import strategies as st
from support.conversations import (
    ABOUT,
    CASES,
    ECHO,
    START,
    STEPS,
    answer,
    line,
    pieces,
    serving,
    started,
)

# Where each state may lead; every one of them may lead to gone.
DIAGRAM = {
    State.STARTING: State.ECHOING,
    State.ECHOING: State.SERVING,
    State.SERVING: State.STOPPING,
}
# The answers to cases: right, refused, of a wrong shape, again, to another, and none.
BODIES = st.sampled_from(
    [
        {"ok": True, "steps": STEPS},
        {"ok": True, "steps": STEPS, "gradients": [{"w1": ["0.1"]}]},
        {"ok": False, "error": {"kind": "failed", "message": "no", "trace": "at line 3"}},
        {"ok": True},
        {"ok": True, "steps": [{"weights": {"w1": [0.5]}}]},
        {"ok": True, "steps": STEPS, "weather": {"rain": [1, 2.5, None]}},
    ]
)
SEQS = st.sampled_from([3, 4, 5, 6, 7, 8, 8, 9, 1])
ANSWERS = st.builds(lambda seq, body: line(seq=seq, **body), SEQS, BODIES)
CONVERSATIONS = st.one_of(
    st.integers(0, 6).map(lambda many: b"".join(map(answer, range(3, 3 + many)))),
    st.lists(ANSWERS, max_size=8).map(b"".join),
    st.lists(st.one_of(ANSWERS, st.binary(max_size=20)), max_size=8).map(b"".join),
)
CUTS = st.lists(st.integers(0, 2000), max_size=20)

# Values that have troubled readers of JSON, by name: the longest ones are no pleasure to read.
ODD = {
    "null": b"null",
    "empty list": b"[]",
    "empty object": b"{}",
    "infinity": b"1e400",
    "minus zero": b"-0",
    "NaN": b"NaN",
    "half a character": b'"\\ud800"',
    "no UTF-8": b'"\xff"',
    "control character": b'"\x00"',
    "many digits": b"7" * 5000,
    "lists in lists": b"[" * 5000 + b"]" * 5000,
    "objects in objects": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "lists without an end": b"[" * 99,
}
EACH_ODD = pytest.mark.parametrize("name", ODD)
KEYS = st.sampled_from(["seq", "ok", "steps", "error", "weights", "more", "gradients", "values"])
VALUES = st.sampled_from(["3", "true", *ODD])
OBJECTS = st.lists(st.tuples(KEYS, VALUES), max_size=5)


def written(pairs: list[tuple[str, str]]) -> bytes:
    values = (b'"%s":%s' % (key.encode(), ODD.get(name, name.encode())) for key, name in pairs)
    return b"{" + b",".join(values) + b"}\n"


def with_more(line: bytes, value: bytes) -> bytes:
    return line.rstrip()[:-1] + b', "more": ' + value + b"}\n"


class TestAnyPieces:
    @given(CONVERSATIONS, CUTS)
    def test_the_answers_to_cases(self, data: bytes, cuts: list[int]) -> None:
        at_once, in_pieces = serving(), serving()
        at_once.receive(data)
        for piece in pieces(data, cuts):
            in_pieces.receive(piece)
        assert in_pieces.everything == at_once.everything

    @given(st.sampled_from([START + ECHO, START + ECHO[:-9], START + answer(2), ECHO]), CUTS)
    def test_the_answers_to_start_and_echo(self, data: bytes, cuts: list[int]) -> None:
        at_once, in_pieces = started(), started()
        at_once.receive(data)
        for piece in pieces(data, cuts):
            in_pieces.receive(piece)
        assert in_pieces.everything == at_once.everything

    @given(CUTS)
    def test_all_cases_are_answered(self, cuts: list[int]) -> None:
        heard = serving()
        for piece in pieces(b"".join(answer(3 + number) for number in range(6)), cuts):
            heard.receive(piece)
        assert [case for case, _ in heard.outcomes] == [case.id for case in CASES]
        assert all(isinstance(outcome, Answered) for _, outcome in heard.outcomes)
        assert not heard.conversation.due
        assert heard.ending is None


class TestAnyBytes:
    """They are outcomes or an ending, and never another exception."""

    @given(st.binary(max_size=200), CUTS, st.booleans())
    def test_noise(self, data: bytes, cuts: list[int], is_serving: bool) -> None:
        heard = serving() if is_serving else started()
        for piece in pieces(data, cuts):
            heard.receive(piece)
        assert len(heard.outcomes) + len(heard.conversation.due) == (6 if is_serving else 0)

    @given(CONVERSATIONS, st.integers(0, 2000), st.integers(0, 20), st.binary(max_size=20))
    def test_a_conversation_with_noise(
        self, data: bytes, place: int, less: int, more: bytes
    ) -> None:
        place %= len(data) + 1
        heard = serving()
        heard.receive(data[:place] + more + data[place + less :])
        assert len(heard.outcomes) + len(heard.conversation.due) == 6

    @given(OBJECTS, st.sampled_from(["start", "echo", "run"]))
    def test_objects(self, pairs: list[tuple[str, str]], to: str) -> None:
        heard = serving(1) if to == "run" else started()
        if to == "echo":
            heard.receive(START)
        heard.receive(written(pairs))
        assert heard.ending is not None or heard.outcomes

    @EACH_ODD
    def test_odd_lines(self, name: str) -> None:
        for heard in (started(), serving(1)):
            heard.receive(ODD[name] + b"\n")
            assert heard.ending is not None

    @EACH_ODD
    def test_odd_values_that_nobody_asked_for(self, name: str) -> None:
        heard = serving(1)
        heard.receive(with_more(answer(3), ODD[name]))
        assert (heard.ending is None) == bool(heard.outcomes)

    @EACH_ODD
    def test_odd_values_in_the_answer_to_start(self, name: str) -> None:
        heard = started()
        heard.receive(with_more(START, ODD[name]))
        assert (heard.conversation.state is State.ECHOING) == (heard.ending is None)


class TestTransitions:
    @given(st.lists(st.sampled_from(["start", "echo", "ask", "answer", "stop", "end"])))
    def test_only_along_the_diagram(self, deeds: list[str]) -> None:
        """What may not be done raises AssertionError and changes nothing."""
        conversation, seqs = Conversation(RMSPROP, "float64"), iter(range(3, 100))
        for deed in deeds:
            before = conversation.state
            try:
                match deed:
                    case "start":
                        list(conversation.receive(START))
                    case "echo":
                        list(conversation.receive(ECHO))
                    case "ask":
                        conversation.ask(CASES[0])
                    case "answer":
                        list(conversation.receive(answer(next(seqs))))
                    case "stop":
                        conversation.stop()
                    case "end":
                        conversation.end()
            except (AssertionError, EndedError):
                assert conversation.state is before
            if conversation.state is not before:
                assert conversation.state in (DIAGRAM.get(before), State.GONE)
            if conversation.state is State.GONE:
                assert deed == "end" or before is State.GONE

    def test_all_the_way(self) -> None:
        conversation = Conversation(RMSPROP, "float64")
        states = [conversation.state]
        assert conversation.opening.count(b"\n") == 2
        for data in (START, ECHO):
            assert list(conversation.receive(data)) == []
            states.append(conversation.state)
        assert json.loads(conversation.stop())["cmd"] == "stop"
        states.append(conversation.state)
        conversation.end()
        assert [*states, conversation.state] == list(State)

    @pytest.mark.parametrize("state", list(State))
    def test_it_can_be_gone_from_every_state(self, state: State) -> None:
        conversation = Conversation(RMSPROP, "float64")
        deeds = [
            lambda: [*conversation.receive(START)],
            lambda: [*conversation.receive(ECHO)],
            conversation.stop,
        ]
        for deed in deeds[: list(State).index(state)]:
            deed()
        conversation.end()
        assert conversation.state is State.GONE


class TestWhatIsHeard:
    def test_a_refused_start(self) -> None:
        conversation = Conversation(RMSPROP, "float64")
        error = {"kind": "failed", "message": "no device", "trace": "at line 3"}
        with pytest.raises(EndedError) as caught:
            list(conversation.receive(line(seq=1, ok=False, error=error)))
        assert caught.value.ending == RefusedStart(problem="no device", trace="at line 3")

    def test_refused_and_misshapen_answers_are_outcomes(self) -> None:
        heard = serving(2)
        heard.receive(line(seq=3, ok=False, error={"kind": "rejected"}) + line(seq=4, ok=True))
        (_, refused), (_, broken) = heard.outcomes
        assert isinstance(refused, Refused)
        assert isinstance(broken, Broken)
        assert heard.ending is None

    @pytest.mark.parametrize("seq", [2, 4, 5, 99])
    def test_an_answer_to_another_request_is_an_ending(self, seq: int) -> None:
        heard = serving(2)
        heard.receive(answer(seq))
        assert heard.ending is not None
        assert f"seq 3 was expected, seq {seq} came" in heard.ending
        assert len(heard.conversation.due) == 2

    @pytest.mark.parametrize("left", [0, 1])
    def test_an_answer_twice_is_noted_and_goes_on(self, left: int) -> None:
        heard = serving(1 + left)
        heard.receive(answer(3) * 2 + b"".join(answer(4) for _ in range(left)))
        assert len(heard.outcomes) == 1 + left
        assert heard.conversation.repeated == [CASES[0]]
        assert heard.ending is None

    def test_what_nobody_asked_for_is_an_ending(self) -> None:
        heard = serving(1)
        heard.receive(answer(3) + b"Goodbye!\n")
        assert heard.ending is not None
        assert BrokeProtocol.__name__ in heard.ending
        assert "nothing was asked, and this came: 'Goodbye!'" in heard.ending

    def test_a_line_without_an_end_is_an_ending_and_little_of_it_is_kept(self) -> None:
        heard = serving(1)
        for _ in range(40):
            heard.receive(b"x" * (1 << 16))
        assert heard.ending is not None
        assert Flooded.__name__ in heard.ending
        assert 0 < len(heard.conversation.unfinished) <= 1000


def after(data: bytes, *, at: str = "run") -> tuple[str, str]:
    """What is wrong with an answer, and where to look."""
    heard = serving(1) if at == "run" else started()
    if at == "echo":
        heard.receive(START)
    try:
        outcomes = [outcome for _, outcome in heard.conversation.receive(data)]
    except EndedError as error:
        ending = error.ending
        assert isinstance(ending, BrokeProtocol)
        return ending.message, ending.look_at
    (broken,) = outcomes
    assert isinstance(broken, Broken)
    return broken.message, broken.hint


def weights(value: object) -> bytes:
    return line(seq=3, ok=True, steps=[{"weights": {"w1": value}}])


class TestEachErrorHasItsHint:
    @pytest.mark.parametrize(
        ("data", "hint"),
        [
            (weights([0.5]), hints.STRINGS),
            (weights([1]), hints.STRINGS),
            (weights([None]), "make null of them"),
            (weights("0.5"), "a single value"),
            (b'{"seq":3,"ok":true,"steps":[{"weights":{"w1":[NaN]}}]}\n', "writes the JSON"),
            (b'{"seq":3,"ok":true,"steps":[{"weights":{"\xff":["1"]}}]}\n', "UTF-8"),
            (b'{"seq":3,"ok":true,"ok":true,"steps":[]}\n', hints.EACH_KEY_ONCE),
            (line(seq=3, ok=True), hints.STEPS),
            (line(seq=3, ok=False), hints.OK_OR_ERROR),
            (line(seq=3, steps=STEPS), hints.OK_OR_ERROR),
            (line(seq=3, ok=False, error={"kind": "error"}), "rejected, failed or unsupported"),
            (line(seq=3, ok=True, steps=[{"weight": {}}]), "the key weights"),
            (line(ok=True, steps=STEPS), hints.SEQ),
            (line(seq="3", ok=True, steps=STEPS), hints.SEQ),
            (line(seq=9, ok=True, steps=STEPS), hints.SEQ),
            (b"step 1 of 10\n", hints.LOGS),
            (b"\n", hints.LOGS),
        ],
    )
    def test_to_a_case(self, data: bytes, hint: str) -> None:
        assert hint in after(data)[1]

    @pytest.mark.parametrize(
        ("changes", "hint"),
        [
            ({"number_format": "double"}, hints.NUMBER_FORMAT),
            ({"number_format": "float32"}, hints.NUMBER_FORMAT),
            ({"number_format": None}, hints.NUMBER_FORMAT),
            ({"implementation": None}, hints.IMPLEMENTATION),
            ({"implementation": {**ABOUT, "version": 1}}, hints.IMPLEMENTATION),
            ({"implementation": {"name": "a"}}, "the key version"),
        ],
    )
    def test_to_start(self, changes: dict[str, object], hint: str) -> None:
        assert hint in after(line(**json.loads(START) | changes), at="start")[1]

    @pytest.mark.parametrize(
        ("sent", "echoed", "hint"),
        [
            ("0.1", 0.1, hints.STRINGS),
            ("0.1", "0,1", hints.DECIMALS),
            ("0.1", "0.10000000149011612", "float32, not float64"),
            ("-0.0", "0", "the sign of a zero"),
            ("5e-324", "0.000000", "17 are enough"),
            ("0.30000000000000004", "0.3", "17 are enough"),
        ],
    )
    def test_to_echo(self, sent: str, echoed: object, hint: str) -> None:
        values = [echoed if each == sent else each for each in ECHO_VALUES["float64"]]
        assert hint in after(line(seq=2, ok=True, values=values), at="echo")[1]


class TestKeysThatAreNotRead:
    @given(CUTS)
    def test_they_are_named_with_their_places(self, cuts: list[int]) -> None:
        heard = started()
        start = json.loads(START) | {"reports": ["moving_average", "velocity"], "report": []}
        failed = {"kind": "failed", "stack": "at line 3", "trace": ""}
        answers = [
            line(seq=3, ok=True, steps=[{**STEPS[0], "moving_average": {}, "m": {"w": ["1"]}}]),
            line(seq=4, ok=False, error=failed, took=3),
        ]
        heard.receive(line(**start))
        heard.receive(ECHO)
        for case in CASES[:2]:
            heard.conversation.ask(case)
        for piece in pieces(b"".join(answers), cuts):
            heard.receive(piece)
        assert len(heard.outcomes) == 2
        assert sorted(heard.conversation.unknown_keys) == [
            *("error.stack", "report", "reports: velocity", "steps.m", "took")
        ]

    def test_what_is_declared_has_to_come(self) -> None:
        heard = started()
        heard.receive(line(**json.loads(START) | {"reports": ["moving_average"]}) + ECHO)
        heard.conversation.ask(CASES[0])
        heard.receive(answer(3))
        ((_, broken),) = heard.outcomes
        assert isinstance(broken, Broken)
        assert "moving_average" in broken.message
        assert "the key moving_average" in broken.hint
