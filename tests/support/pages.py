"""Reports as folders of pages, read as a program reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from goldstep.paths import vectors_folder
from goldstep.results.records import CaseRecord, Sweep, Trajectory
from goldstep.results.value import Report
from goldstep.vectors.case import VectorCase
from goldstep.vectors.folder import load_vectors
from msgspec.structs import replace
from support.streams import WORST, every_text, ladder, large, port, run
from support.streams import case as judged_case

# Markup, quotes, ends of lines and files, terminal escapes, unseen signs, halves of pairs, much.
HOSTILE = (
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>\"'&amp;{{ 7 * 7 }}"
    "\r\n</td></pre>--></style>\x00\x1b[31m\x9b\u202e\u200b\ud800\uffff"
)


def real_vectors() -> str:
    """The digest of the vectors that are here: their kill matrix is shown."""
    (digest,) = re.findall(
        r'^ "sha256": "(\w+)"', (vectors_folder() / "manifest.json").read_text(), re.MULTILINE
    )
    return digest


def curves() -> Iterator[Sweep | Trajectory]:
    """Curves of the ladder's last rungs, with what is hard to draw: zeros, infinities, nothing."""
    for repairs in (1, 2):
        yield Sweep(
            port="mine",
            repairs=repairs,
            learning_rate="0.001",
            decay_rate="0.9",
            epsilon="1e-08",
            gradients=["1e-12", "1e-06", "0.001", "1.0", "560.0"],
            exact=["-1e-11", "-1e-05", "-0.003", "-0.00316", "-0.00316"],
            got=["-1e-07", "-0.01", "NaN", "-Infinity", "-0.00316"],
            predicted=["-1e-07", "-0.01", None, "-0.00316", "-0.00316"],
        )
        yield Trajectory(
            port="mine",
            repairs=repairs,
            case="rmsprop/float64/long-runs/first",
            name="w1",
            index=0,
            steps=[1, 10, 100, 1000],
            exact=["0.0", "-1e-155", "-1e-05", "-1.5"],
            got=["0.0", "-1e-100", "Infinity", "-1.7e308"],
        )
        yield Trajectory(
            port="mine",
            repairs=repairs,
            case="rmsprop/float64/formula/first",
            name="w1",
            index=0,
            steps=[1, 2, 3],
            exact=["0.5", "-0.5", "1.7976931348623157e+308"],
            got=["0.5", "-0.25", "-1.7976931348623157e+308"],
            predicted=["0.5", None, "1.0"],
        )
        yield Trajectory(
            port="mine",
            repairs=repairs,
            case="rmsprop/float64/special-values/first",
            name="w1",
            index=0,
            steps=[7],
            exact=["1.7976931348623157e+308"],
            got=["-1.7976931348623157e+308"],
        )
        yield Trajectory(
            port="mine",
            repairs=repairs,
            case="rmsprop/float64/special-values/second",
            name="w1",
            index=0,
            steps=[1, 2],
            exact=["NaN", "NaN"],
            got=["0.0", "-Infinity"],
        )


def real() -> Report:
    """A port that fails in cases of the vectors that are here, by expected numbers turned round."""
    names = (
        "float64/epsilon-placement/epsilon-1e-12-gradient-far-below-root",
        "float64/range-limits/overflow-far-above-then-finite",
        "float64/invalid-input/",
        "float64/parameters/one-parameter-of-31",
    )
    cases = [case for _, case in load_vectors(vectors_folder()).cases()]
    chosen = [next(case for case in cases if name in case.id) for name in names]
    records = [answered(each) for each in chosen]
    records.append(judged_case(cases[0].id, "not-run"))
    return Report.of(run(port(), *records, vectors=real_vectors()))


def answered(case: VectorCase) -> CaseRecord:
    """What a port sends that negates all; input that is to be refused it refuses."""
    (choice, steps), *_ = case.expected.alternatives("inside").items() or [(None, [])]
    texts = [nearest for step in steps for *_, nearest, _ in step.elements()]
    if not texts:
        return judged_case(case.id)
    worst = replace(WORST, got=f"-{texts[0]}".removeprefix("--"), choice=choice)
    return judged_case(
        case.id,
        "failed",
        values=len(texts),
        errors=["3.36e+04"] * len(texts),
        got=[f"-{text}".removeprefix("--") for text in texts],
        worst=worst,
    )


def reports() -> dict[str, Report]:
    """What the pages are tested with, by name."""
    return {
        "ladder": Report.of(run(*ladder(), *curves(), vectors=real_vectors())),
        "large": Report.of(large(1, 2, 60)),
        "real": real(),
        "hostile": every_text(HOSTILE + "x" * 10_000),
        "machines": Report.of(
            run(*ladder()), run(*ladder(), machine={"system": "Darwin", "machine": "arm64"})
        ),
    }


@dataclass
class Page(HTMLParser):
    """A page's ids, and what it refers to."""

    file: Path
    ids: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)  # of what an address may set
    references: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes down what is of interest."""
        if tag in ("input", "select"):
            self.names.add(dict(attrs)["name"] or "")
        for name, value in attrs:
            if name == "id":
                assert value
                assert value not in self.ids
                self.ids.add(value)
            if name in ("href", "src") and value:
                self.references.append(value)
            if name == "data-cases":
                self._cases = value
            if name == "data-place":
                self.references.append(f"{self._cases}#{value}")
