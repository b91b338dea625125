"""Annotates source lines in a GitHub workflow, from SARIF: ``annotations.py RESULTS.sarif``.

Code scanning does the same where it is to be had; this works everywhere. Findings that are
suppressed, as known ones are, are left out. A finding without a line annotates the whole run, and
so does what kept a port from being judged.
"""

import json
import sys
from pathlib import Path
from urllib.parse import unquote

COMMANDS = {"error": "error", "warning": "warning"}
IN_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
IN_PROPERTY = {**IN_DATA, ":": "%3A", ",": "%2C"}


def annotations(sarif):
    """The workflow commands, one a line."""
    for run in sarif["runs"]:
        for result in run.get("results", []):
            command = COMMANDS.get(result.get("level", "warning"))
            if command and not result.get("suppressions"):
                yield annotation(command, f"goldstep: {result['ruleId']}", result)
        for invocation in run.get("invocations", []):
            for problem in invocation.get("toolExecutionNotifications", []):
                if problem.get("level") == "error":
                    yield annotation("error", "goldstep: not judged", problem)


def annotation(command, title, result):
    """One command: its properties, and what is said."""
    said = escaped(result["message"]["text"], IN_DATA)
    return f"::{command} {properties(title, result)}::{said}"


def properties(title, result):
    """What it is called, and where it is."""
    values = {"title": title}
    for location in result.get("locations", [])[:1]:
        place = location.get("physicalLocation", {})
        if uri := place.get("artifactLocation", {}).get("uri"):
            values["file"] = unquote(uri)
        region = place.get("region", {})
        for name, key in (("line", "startLine"), ("endLine", "endLine"), ("col", "startColumn")):
            if key in region:
                values[name] = region[key]
    return ",".join(f"{name}={escaped(str(each), IN_PROPERTY)}" for name, each in values.items())


def escaped(value, escapes):
    """A value as workflow commands take it."""
    return "".join(escapes.get(character, character) for character in value)


if __name__ == "__main__":
    for line in annotations(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))):
        print(line)
