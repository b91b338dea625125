"""What ports and findings are called, wherever they are printed."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from goldstep.report.terminal.console import has_unicode, plain, styled
from goldstep.results.records import Finding, PortRecord, Stale

_ICONS = {"good": "✓", "bad": "✗", "none": "·", "last": "└─", "more": "├─", "line": "│ "}
_PLAIN_ICONS = {"good": "+", "bad": "x", "none": "-", "last": "`-", "more": "|-", "line": "| "}


def icons_for(out: Console) -> Mapping[str, str]:
    """Signs of what is good and bad, and a ladder's lines, as far as they can be printed."""
    return _ICONS if has_unicode(out) else _PLAIN_ICONS


def port_title(port: PortRecord) -> Text:
    """A port's name and title, and what it is held to."""
    title = styled(port.port, "bold")
    title.append(f"  {plain(port.title)}  ", "")
    title.append(f"({port.number_format}, epsilon {port.epsilon})", "dim")
    return title


def finding_title(finding: Finding, icons: Mapping[str, str]) -> Text:
    """A finding's id and subject, and whether it is known."""
    text = styled(f"{icons['bad']} {finding.id}", "yellow" if finding.known else "bold red")
    if finding.subject:
        text.append(f" {plain(finding.subject)}")
    if finding.known:
        text.append("  known", "dim")
    return text


def stale_line(stale: Stale) -> Text:
    """What to do about a known finding that is known no longer, and in which line."""
    place = f"port.toml:{stale.line}: " if stale.line else ""
    return styled(place + stale.message, "yellow")
