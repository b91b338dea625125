"""The words of goldstep's output that a reader cannot look up elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "adapter": (
        "The few lines between goldstep and a program: they read one JSON object a line, call the "
        "program, and write one back. An adapter computes nothing itself."
    ),
    "accepted": (
        "Invalid input, such as a gradient of another length than its weight, led to a result "
        "instead of an error. Only a port with `validates_input = true` is required to refuse it."
    ),
    "as printed": (
        "The first rung of a port with repairs: its sources as they are published, unchanged."
    ),
    "budget": (
        "The rounding budget of a number: how far a faithful program may be from the exact value, "
        "whatever the order of its operations, in its number format. It is derived and proved for "
        "each number, not chosen. An error of 1 budget or less conforms; 3 budgets do not."
    ),
    "as it is": "The only rung of a port without repairs.",
    "case": (
        "One test: weights, gradients of one or several steps, hyper-parameters, and what is "
        "expected after each step. Also called a vector."
    ),
    "choices": (
        "Where the formula leaves a result open, as when a squared gradient overflows or zero is "
        "divided by zero, a case has several expected results, each with a name. Any one of them "
        "conforms; the report says which one the port computes. A choice is never a fault."
    ),
    "column": (
        "What a port is compared with where a formula has more than one form in use: `inside` has "
        "epsilon under the square root, `outside` beside it."
    ),
    "conforms": (
        "Every number is within its rounding budget, special values have the right bits, and "
        "nothing else is wrong."
    ),
    "deviation": (
        "A known way of computing something else than the formula, such as epsilon outside the "
        "root. The diagnosis names the fewest that reproduce all of a port's numbers."
    ),
    "diagnosis": (
        "Which deviations explain a port's numbers. Each hypothesis is simulated, and has to "
        "reproduce every number of every case, and of further cases made for it."
    ),
    "evaluation order": (
        "In which order a conforming port rounds, as far as its last bits tell it. No order is "
        "wrong."
    ),
    "exact": "The value in real arithmetic, certified to 40 significant decimal digits.",
    "finding": (
        "Something that is wrong with a port: `goldstep explain ID` says what each means. A "
        "finding of severity `note` is for information, and decides nothing."
    ),
    "golden vectors": "All cases, with their expected numbers: made by the reference alone.",
    "held to": (
        "A port is held to what its port.toml says that it is: a number format, a column, whether "
        "it validates its input. What it is not held to is reported as a note at most."
    ),
    "kill matrix": (
        "For every known deviation, how many cases catch it and by how many budgets: the proof "
        "that the vectors let none of them through."
    ),
    "known": (
        "A finding that port.toml lists under `[[known]]`, with a reason. It does not fail a run; "
        "a new finding does."
    ),
    "ladder": (
        "A port's rungs: first its sources as printed, then with one repair more at a time, so "
        "that each fault is seen on its own."
    ),
    "nearest": "The exact value, correctly rounded to the number format.",
    "new": (
        "A finding that port.toml does not list under `[[known]]`: the exit code is 1. Fix the "
        "port, or list it: `goldstep verify PORT --update-known` does."
    ),
    "not applicable": (
        "A case that asks for something that the port does not have, such as a default of its own "
        "where it has none. It counts neither as passed nor as failed."
    ),
    "not judged": (
        "A rung that could not be built or run, for a reason that is not the port's, such as a "
        "compiler that is missing: nothing is known of it."
    ),
    "not run": (
        "A case that was left out, since its port had ended or failed too often before: nothing is "
        "known of it."
    ),
    "oracle": (
        "A second program that recomputes the vectors, written apart from the reference and with "
        "another library, so that a fault of one does not hide in the other."
    ),
    "port": (
        "A program that is verified: a folder with its sources, an adapter, and `port.toml`, which "
        "says how to build and run it."
    ),
    "repair": "A patch that removes a finding: the rung after it shows that the finding is gone.",
    "rung": "A port with a certain number of its repairs applied; the first has none.",
    "seed": (
        "Decides which cases are sent a second time, and in which order; `--seed N` repeats it."
    ),
    "smallest case": (
        "The simplest input that still shows the fault, found by asking the port itself."
    ),
    "stale": (
        "An entry under `[[known]]` in port.toml whose finding did not appear, or whose last day "
        "is over: take it out, or renew it."
    ),
    "sweep": (
        "The first step of weights that are zero, for gradients of every size: the picture that "
        "shows where epsilon is."
    ),
    "trajectory": "One weight over the steps of a case, beside the exact one.",
    "variant": (
        "A port in one number format, held to one column: a port.toml with a `[matrix]` has "
        "several."
    ),
}
