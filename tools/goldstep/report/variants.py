"""Variants of a port that came out alike, told once: of each rung, all that have it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from goldstep.results.rungs import PortReport, Rung


@dataclass(frozen=True)
class Variants:
    """Variants of one port with the same verdicts; a port that has no others is the only one."""

    ports: tuple[PortReport, ...]

    @property
    def name(self) -> str:
        """What they are called together."""
        first = self.ports[0]
        return first.name if len(self.ports) == 1 else _common_name(first)

    @property
    def settings(self) -> str:
        """What they are held to, as in ``2 variants: float64 and float32, epsilon inside``."""
        held = [(each.port.number_format, each.port.epsilon) for each in self.ports]
        formats, columns = (list(dict.fromkeys(of)) for of in zip(*held, strict=True))
        if len(held) == len(formats) * len(columns):
            told = f"{' and '.join(formats)}, epsilon {' and '.join(columns)}"
        else:
            told = ", ".join(f"{form} with epsilon {column}" for form, column in held)
        return f"{len(held)} variants: {told}" if len(held) > 1 else told

    @property
    def rungs(self) -> tuple[tuple[Rung, ...], ...]:
        """The ladder: each rung as all variants have it."""
        return tuple(zip(*(each.rungs for each in self.ports), strict=True))


def variants_of(ports: Iterable[PortReport]) -> list[Variants]:
    """The ports of a run, in order; those that are variants of one another and came out alike are
    together.
    """
    alike: dict[Hashable, list[PortReport]] = {}
    for port in ports:
        outcome = tuple(map(_outcome, port.rungs))
        alike.setdefault((port.port.folder, _common_name(port), outcome), []).append(port)
    return [Variants(tuple(each)) for each in alike.values()]


def _common_name(port: PortReport) -> str:
    """What is before the number format and the column, if they are part of the name."""
    return port.name.removesuffix(f"-{port.port.number_format}-{port.port.epsilon}")


def _outcome(rung: Rung) -> Hashable:
    """All that is told of a rung but its counts."""
    return (
        rung.title,
        rung.problem and rung.problem.message,
        rung.conforms,
        tuple((each.title, str(each.location), each.known) for each in rung.findings),
        tuple(each.message for each in rung.notes if each.stage == "vectors"),
        tuple(each.message for each in rung.stale),
        rung.diagnosis and tuple(rung.diagnosis.unreported),
    )
