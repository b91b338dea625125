"""What a run found that port.toml does not know, and what port.toml knows that it did not find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from goldstep.port.port import Port
from goldstep.results.records import Finding, Stale
from goldstep.results.value import Results


@dataclass(frozen=True, slots=True)
class KnownNews:
    """What is to be said in one port.toml, for all of its variants.

    Findings that it does not list, one for each rung and id; and by their number the entries that
    did not appear, and those that appeared after their last day.
    """

    unknown: tuple[Finding, ...]
    gone: tuple[int, ...]
    expired: tuple[int, ...]


def known_news(variants: Sequence[Port], results: Results, today: date) -> KnownNews:
    """What the results say of the known findings of one port, of which these variants were run.

    Of an entry that they cannot judge, such as one of a rung that was not run, they say nothing.
    """
    names = {port.name for port in variants}
    unknown: dict[tuple[int, str], Finding] = {}
    for finding in sorted(results.findings(), key=lambda finding: finding.repairs):
        if finding.port in names and not finding.known:
            unknown.setdefault((finding.repairs, finding.id), finding)
    stale = {(s.repairs, s.finding): s.why for s in results.of(Stale) if s.port in names}
    gone, expired = list[int](), list[int]()
    for number, entry in enumerate(variants[0].table.known):
        why = stale.get((entry.repairs, entry.finding))
        if why == "did not appear":
            gone.append(number)
        elif why == "expired" and entry.has_expired(today):
            expired.append(number)
    return KnownNews(tuple(unknown.values()), tuple(gone), tuple(expired))
