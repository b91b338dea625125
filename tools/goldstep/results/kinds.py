"""The kinds of findings: what each id means, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from goldstep_reference.rmsprop.rule import AVERAGE_FORMULA, STEP_FORMULA


@dataclass(frozen=True, slots=True)
class FindingKind:
    """What one finding id stands for."""

    meaning: str
    advice: str


FINDINGS: Mapping[str, FindingKind] = {
    "missing-import": FindingKind(
        "The source names something that it does not import.",
        "Add the import; the finding's subject is the full name.",
    ),
    "unresolved-symbol": FindingKind(
        "The source uses a name that nothing in scope binds, and no import would help.",
        "Look at where the name's scope ends: a misplaced bracket ends it too early.",
    ),
    "not-a-compilation-unit": FindingKind(
        "The source runs as a script and is refused by the compiler as a source file.",
        "Put the statements that stand outside any definition into an object or a main function.",
    ),
    "build-failure": FindingKind(
        "The port cannot be built, for a reason that has no id of its own.",
        "Read the compiler's message in the evidence.",
    ),
    "runtime-type-error": FindingKind(
        "The port stops with a type or cast error on valid input.",
        "Look at the line in the trace: a value of another type than expected reaches it.",
    ),
    "runtime-failure": FindingKind(
        "The port stops on valid input, gives no answer, or fails on invalid input instead of "
        "rejecting it.",
        "Read the message and the trace in the evidence.",
    ),
    "epsilon-outside-root": FindingKind(
        "Epsilon is added after the square root; the formula adds it before.",
        "Write sqrt(average + epsilon) for sqrt(average) + epsilon, or hold the port to the other "
        'column: epsilon = "outside" in its port.toml.',
    ),
    "epsilon-inside-root": FindingKind(
        "Epsilon is added before the square root in a port that is held to the column `outside`.",
        "Hold the port to the column `inside`, or write sqrt(average) + epsilon.",
    ),
    "epsilon-missing": FindingKind(
        "Epsilon is left out.", "Add epsilon to the average before the square root."
    ),
    "epsilon-sign": FindingKind("Epsilon is subtracted.", "Add it."),
    "epsilon-fixed": FindingKind(
        "Epsilon is a constant of the port's own.", "Use the epsilon that the caller gives."
    ),
    "epsilon-form": FindingKind(
        "Epsilon enters in yet another form, such as a maximum or into the stored average.",
        "Add epsilon to the average before the square root, and nowhere else.",
    ),
    "update-discarded": FindingKind(
        "The caller's weights do not change.",
        "Change the arrays that the caller gave, or return the new ones and keep them.",
    ),
    "state-not-kept": FindingKind(
        "The moving average starts anew at every call.",
        "Keep the average in the optimizer, for as long as it lives.",
    ),
    "state-shared": FindingKind(
        "Parameters share one moving average.", "Keep one average for each parameter's name."
    ),
    "initial-average": FindingKind(
        "The moving average starts at another value than 0.", "Start it at zero."
    ),
    "average-form": FindingKind(
        "The average is formed otherwise.",
        f"Write {AVERAGE_FORMULA}.",
    ),
    "average-lag": FindingKind(
        "The step uses the average from before this gradient.",
        "Update the average first, and divide by the new one.",
    ),
    "step-form": FindingKind(
        "The step has another form.",
        f"Write {STEP_FORMULA}.",
    ),
    "hyper-parameter-ignored": FindingKind(
        "A given learning rate, decay rate or epsilon has no effect.",
        "Use the value that the caller gives.",
    ),
    "hyper-parameter-rounded": FindingKind(
        "A hyper-parameter passes through a narrower format.",
        "Hold it in the number format of the arrays, from the caller to the arithmetic.",
    ),
    "precision-loss": FindingKind(
        "State or update is held in a narrower format than declared.",
        "Hold it in the declared number format, or declare the narrower one.",
    ),
    "default-differs": FindingKind(
        "A default is another than 0.001, 0.9 or 1e-8.", "Change the default, or document it."
    ),
    "special-values": FindingKind(
        "NaN, an infinity, zero or a subnormal is handled otherwise than stated.",
        "See the case's description for what is required and why.",
    ),
    "element-coupling": FindingKind(
        "An element's result depends on its neighbours, its position or the array's length.",
        "Look at the loop's bounds and at the index of each array.",
    ),
    "not-deterministic": FindingKind(
        "Two runs on the same input differ.",
        "Look for state outside the optimizer or kept by an array's identity, which recurs when it "
        "is gone, for arrays that are read before they are filled, "
        "and for sums whose order is left to threads. The evidence has the case and both values.",
    ),
    "input-mutated": FindingKind(
        "The port changes the gradients that the caller gave.", "Work on a copy."
    ),
    "invalid-input-accepted": FindingKind(
        "Invalid input is accepted.", "Report an error before anything is changed."
    ),
    "partial-update": FindingKind(
        "Invalid input is refused after a part of the update was done.",
        "Check everything before anything is written.",
    ),
    "protocol-error": FindingKind(
        "The adapter breaks the protocol.",
        "See ports/README.md; the port itself may be right.",
    ),
    "unexplained": FindingKind(
        "Results are outside the rounding budget, and no known deviation reproduces them, nor do "
        "two or three together.",
        "Start with the smallest case in the evidence. Then compare the port with the nearest "
        "hypothesis, which is there too, in the first case that it does not reproduce.",
    ),
}
