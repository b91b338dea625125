"""What explains a port's numbers: found, tried on cases that no one has seen, and shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from goldstep.diagnosis.further import Ask, confirming, separating
from goldstep.diagnosis.hypotheses import Combination, Hypotheses
from goldstep.diagnosis.nearest import Nearest, nearest
from goldstep.diagnosis.partial import largest_part
from goldstep.diagnosis.repeats import Unsteady, unsteady
from goldstep.diagnosis.search import Found, search
from goldstep.diagnosis.showing import Showing, Shown
from goldstep.diagnosis.trials import Observations
from goldstep.judge.judge import Judgement
from goldstep.vectors.case import VectorCase

# A hypothesis that further cases refute makes room for another; this often.
_MOST_SEARCHES = 4


@dataclass(frozen=True, slots=True)
class Conforms:
    """Every value is within its budget; ``order`` is the order of operations, if it is known."""

    order: str | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """These deviations reproduce every value; so does each of the ``ties``.

    ``shown`` has for each deviation where it shows. ``separated_by`` is a case that would decide
    between the ties, if the port was not asked, or did not answer.
    """

    deviations: Combination
    ties: tuple[Combination, ...]
    shown: tuple[Shown, ...]
    separated_by: VectorCase | None = None


@dataclass(frozen=True, slots=True)
class Unexplained:
    """No hypothesis reproduces every value; ``nearest`` is the one that reproduces most cases.

    None if none reproduces many.
    """

    shown: Shown
    nearest: Nearest | None


@dataclass(frozen=True, slots=True)
class PartlyExplained:
    """These deviations reproduce ``cases`` of the ``of_cases`` that fail; nothing all of them.

    ``shown`` has for each deviation where it shows, ``rest`` what is left.
    """

    deviations: Combination
    shown: tuple[Shown, ...]
    cases: int
    of_cases: int
    rest: Shown


Explanation = Conforms | Explained | PartlyExplained | Unexplained | Unsteady


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What explains the ordinary cases, and the special ones that it leaves unexplained.

    ``further`` counts the cases that the port was sent beside the vectors.
    """

    explanation: Explanation
    special: tuple[Judgement, ...] = ()
    further: int = 0


def diagnose(
    observations: Observations, hypotheses: Hypotheses, ask: Ask, ask_fresh: Ask, seed: int
) -> Diagnosis:
    """The fewest deviations that reproduce every judged value.

    An explanation must also predict further cases, which are sent to the port by ``ask``; what they
    refute is none. Where several explain the port, the cases are sent that separate them. Before
    all that, some cases are sent again to a new process, by ``ask_fresh``: ``seed`` says which.
    """
    judgements = observations.judgements
    if changing := unsteady(judgements, ask_fresh, seed):
        return Diagnosis(changing)
    if all(each.passed for each in judgements):
        # It needs NumPy, which takes a while to load: ports run meanwhile, as they do here.
        from goldstep.diagnosis.rounding import evaluation_order

        order = evaluation_order(judgements, hypotheses)
        return Diagnosis(Conforms(order))
    further = 0

    def counting_ask(cases: Sequence[VectorCase]) -> Sequence[Judgement]:
        nonlocal further
        further += len(cases)
        return ask(cases)

    found, extended = _confirmed(observations, hypotheses, counting_ask)
    showing = Showing(observations, hypotheses, counting_ask)
    explanation: Explanation
    match found.combinations:
        case ():
            explanation = _partly(extended, hypotheses, counting_ask) or Unexplained(
                showing.anything(), nearest(extended, hypotheses)
            )
        case ((), *_):
            explanation = Conforms()
        case (first, *others):
            separated_by = _separating(found, hypotheses, observations)
            shown = tuple(showing.deviation(each, first) for each in first)
            explanation = Explained(first, tuple(others), shown, separated_by)
    return Diagnosis(explanation, found.special, further)


def _partly(observations: Observations, hypotheses: Hypotheses, ask: Ask) -> PartlyExplained | None:
    """What explains most failing cases, shown by those, and the others by themselves."""
    part = largest_part(observations, hypotheses, ask)
    if part is None:
        return None
    explained, rest = (
        Showing(Observations(judgements, observations.predict), hypotheses, ask)
        for judgements in (part.explained, part.rest)
    )
    return PartlyExplained(
        part.deviations,
        tuple(explained.deviation(each, part.deviations) for each in part.deviations),
        len(part.explained),
        len(part.explained) + len(part.rest),
        rest.anything(beside=part.deviations),
    )


def _confirmed(
    observations: Observations, hypotheses: Hypotheses, ask: Ask
) -> tuple[Found, Observations]:
    """The smallest explanations that also predict further cases; and all that was then observed."""
    further = confirming(hypotheses.algorithm, hypotheses.number_format)
    for _ in range(_MOST_SEARCHES):
        found = search(observations, hypotheses)
        if not any(found.combinations):
            return found, observations
        if case := _separating(found, hypotheses, observations):
            further = (*further, case)
        answers = Observations(ask(further) if further else (), observations.predict)
        behaviours = map(hypotheses.behaviour, found.combinations)
        if all(map(answers.ordinary.explains, behaviours)):
            return found, observations
        observations = Observations(
            (*observations.judgements, *answers.judgements), observations.predict
        )
        further = ()
    return Found(()), observations


def _separating(
    found: Found, hypotheses: Hypotheses, observations: Observations
) -> VectorCase | None:
    """A case that distinguishes the explanations."""
    behaviours = [hypotheses.behaviour(each) for each in found.combinations]
    return separating(behaviours, hypotheses.number_format, observations.predict)
