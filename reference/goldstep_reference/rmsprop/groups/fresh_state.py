"""The group ``fresh-state``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from goldstep_reference.rmsprop.groups.group import Inputs, group
from goldstep_reference.rule.case import Case


@dataclass(frozen=True, slots=True)
class _Run:
    """The inputs of one case as decimals; gradients are one mapping a step."""

    weights: dict[str, str]
    gradients: tuple[dict[str, str], ...]
    hyper_parameters: Mapping[str, str | None] = field(default_factory=dict)

    def having(self, **hyper_parameters: str | None) -> _Run:
        return replace(self, hyper_parameters={**self.hyper_parameters, **hyper_parameters})


def _one(gradients: str, weight: str = "0", name: str = "w1") -> _Run:
    """A run of one parameter with one element."""
    return _Run({name: weight}, tuple({name: gradient} for gradient in gradients.split()))


def _row(*gradients: str, name: str = "w1") -> _Run:
    """A run of one parameter at zero; each text has one step's gradients."""
    zeros = " ".join("0" for _ in gradients[0].split())
    return _Run({name: zeros}, tuple({name: step} for step in gradients))


_LARGE, _TINY = _one("1e3 -2e3 5e2 1e3 1e3"), _one("1e-4 2e-4 -1e-4")
_MODERATE = _one("0.3 -0.2 0.5")

# Each set: its name, what is left over if state leaks, and its runs in their order. The first run
# comes again as the last.
_SETS: Sequence[tuple[str, str, Sequence[_Run]]] = (
    ("same-at-once", "the same run follows itself at once", (_MODERATE,)),
    ("tiny-after-large", "large averages, then tiny gradients", (_LARGE, _TINY)),
    ("many-steps-after-one", "one step, then thirty", (_one("0.3"), _one(" ".join(["0.3"] * 30)))),
    (
        "other-learning-rate",
        "learning rates, all else the same",
        (_one("0.35 -0.2 0.5"), _one("0.35 -0.2 0.5").having(learning_rate="0.5")),
    ),
    (
        "other-decay-rate",
        "decay rates, all else the same",
        (_one("0.3 -0.25 0.5"), _one("0.3 -0.25 0.5").having(decay_rate="0.5")),
    ),
    (
        "other-epsilon",
        "epsilons, all else the same",
        (_one("0.3 -0.2 0.55"), _one("0.3 -0.2 0.55").having(epsilon="0.25")),
    ),
    (
        "other-weights",
        "weights, all else the same",
        (_one("0.3 -0.2 0.5", "0.25"), _one("0.3 -0.2 0.5", "-7")),
    ),
    (
        "longer",
        "a longer array under the same name",
        (_row("1e2 -2e2", "3e2 4e2"), _row("1e-2 2e-2 3e-2 4e-2 5e-2", "1e-2 1e-2 1e-2 1e-2 1e-2")),
    ),
    (
        "single-element",
        "one element, then several: one value fits an array of any length",
        (_row("1e2", "3e2"), _row("1e-2 2e-2 3e-2", "1e-2 1e-2 1e-2")),
    ),
    (
        "empty",
        "no element, then several",
        (
            _Run({"w1": "", "w2": "0"}, ({"w1": "", "w2": "1e2"}, {"w1": "", "w2": "2e2"})),
            _Run({"w1": "0 0", "w2": "0"}, ({"w1": "1 2", "w2": "1e-2"},) * 2),
        ),
    ),
    (
        "exchanged-names",
        "two parameters that exchange their gradients",
        (
            _Run({"w1": "0", "w2": "0"}, ({"w1": "1e2", "w2": "1e-2"},) * 2),
            _Run({"w1": "0", "w2": "0"}, ({"w1": "1e-2", "w2": "1e2"},) * 2),
        ),
    ),
    (
        "other-name",
        "the same shape under another name",
        (_row("1e2 2e2", "1e2 1e2"), _row("1e-2 2e-2", "1e-2 1e-2", name="bias")),
    ),
    (
        "fewer-parameters",
        "three parameters, then one of them",
        (
            _Run({"w1": "0", "w2": "0", "w3": "0"}, ({"w1": "1e2", "w2": "2e2", "w3": "3e2"},) * 2),
            _Run({"w2": "0"}, ({"w2": "1e-2"},) * 2),
        ),
    ),
)

# A run to which a hyper-parameter is given, far from its default, and one to which it is not.
_FAR = _MODERATE.having(learning_rate="0.5", decay_rate="0.5", epsilon="0.25")
_LEFT_OUT: Mapping[str, tuple[_Run, _Run]] = {
    "learning rate": (_FAR.having(learning_rate="0.125"), _FAR.having(learning_rate=None)),
    "decay rate": (_FAR.having(decay_rate="0.125"), _FAR.having(decay_rate=None)),
    "epsilon": (_FAR.having(epsilon="0.125"), _FAR.having(epsilon=None)),
}


@group("fresh-state", "Each optimizer starts fresh", ("RMS-2", "RMS-8", "RMS-9", "RMS-14"))
def fresh_state(inputs: Inputs) -> Iterator[Case]:
    """Runs in a deliberate order: A, then B, then A again, with the same parameters' names.

    Every run has an optimizer of its own. Cases that follow each other here share names, and most
    share lengths: what is kept in a static field, in a module's dictionary, in a default argument
    or in a buffer that is used again meets the next case. Each set changes one thing between A and
    B: the gradients, from large to tiny, because a large average hides a tiny gradient; the number
    of steps; each hyper-parameter; the weights; the length, where one value fits any array; the
    names, their order and their number. Three sets leave a hyper-parameter out after it was given:
    the default is due, not what the run before had.

    A again has A's very inputs and A's numbers under another id. It is no case too many: B alone
    shows what A leaves behind, A again shows what B leaves behind, and a program whose answer to
    one input changes from one time to the next shows here only.

    The order of the cases is part of the test. A failure here that vanishes when its case is run
    alone means state that outlives its optimizer.
    """
    fresh = inputs.having("FreshState")
    for name, meaning, runs in _SETS:
        for number, run in enumerate(runs, start=1):
            yield _case(fresh, f"{name}-{number}", f"Run {number} of a set: {meaning}.", run)
        again = f"Run 1 again, with the same results: {meaning}."
        yield _case(fresh, f"{name}-again", again, runs[0])
    for words, (given, left_out) in _LEFT_OUT.items():
        slug = words.replace(" ", "-")
        yield _case(fresh, f"{slug}-given", f"The {words} is given.", given)
        yield _case(
            inputs.having("Defaults", "FreshState"),
            f"{slug}-left-out",
            f"The {words} is left out, after a run to which it was given.",
            left_out,
        )


def _case(inputs: Inputs, name: str, description: str, run: _Run) -> Case:
    return inputs.having(**run.hyper_parameters).case(
        name,
        description,
        inputs.arrays(**run.weights),
        [inputs.arrays(**step) for step in run.gradients],
        record=(len(run.gradients),),
    )
