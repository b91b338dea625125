"""Runs the shell steps of a composite GitHub Action, as a runner does."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_NAME = re.compile(r"(inputs|steps)((?:\.[A-Za-z_-]+)+)")


@dataclass
class ActionRun:
    """One run of an action in a checkout. ``used`` are the other actions, with what they got."""

    action: Path  # its folder
    workspace: Path
    temporary: Path
    environment: Mapping[str, str]
    inputs: dict[str, str]
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    used: dict[str, dict[str, str]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    summary: str = ""
    exit_code: int = 0

    def __post_init__(self) -> None:
        self.definition: dict[str, Any] = yaml.safe_load((self.action / "action.yml").read_text())
        defaults = {
            name: about.get("default", "") for name, about in self.definition["inputs"].items()
        }
        assert set(self.inputs) <= set(defaults)
        self.inputs = {**defaults, **self.inputs}
        self.temporary.mkdir()

    def run(self, *names: str) -> ActionRun:
        """Runs the steps of these names, in order.

        As on a runner, one that fails keeps those from running that do not say otherwise.
        """
        steps = {step["name"]: step for step in self.definition["runs"]["steps"]}
        for step in (steps[name] for name in names):
            if not self._is_wanted(str(step.get("if", "success()"))):
                continue
            if "uses" in step:
                given = {name: self.filled(str(text)) for name, text in step["with"].items()}
                self.used[step["uses"].partition("@")[0]] = given
            elif (code := self._run(step)) and not self.exit_code:
                self.exit_code = code
        return self

    def filled(self, text: str) -> str:
        """Text with its expressions replaced."""
        return _EXPRESSION.sub(lambda match: str(self._value(match[1])), text)

    @property
    def results(self) -> dict[str, str]:
        """The action's own outputs."""
        outputs = self.definition["outputs"]
        return {name: self.filled(about["value"]) for name, about in outputs.items()}

    def _is_wanted(self, condition: str) -> bool:
        condition = condition.removeprefix("${{").removesuffix("}}").strip()
        if not re.search(r"\b(success|failure|cancelled|always)\(\)", condition):
            condition = f"success() && ({condition})"
        return bool(self._value(condition))

    def _value(self, expression: str) -> Any:
        """Of what this action uses of the runner's language, which is near to Python's."""
        python = _NAME.sub(lambda match: repr(self._named(match[1], match[2])), expression.strip())
        for theirs, ours in (("&&", " and "), ("||", " or "), ("!cancelled()", "True")):
            python = python.replace(theirs, ours)
        python = python.replace("success()", str(self.exit_code == 0))
        return eval(python, {"__builtins__": {}})

    def _named(self, kind: str, path: str) -> str:
        parts = path.removeprefix(".").split(".")
        if kind == "inputs":
            return self.inputs[parts[0]]  # an input that is not declared is a mistake
        return self.outputs.get(parts[0], {}).get(parts[2], "")

    def _run(self, step: Mapping[str, Any]) -> int:
        assert step["shell"] == "bash"
        assert not _EXPRESSION.search(step["run"])
        script = self.temporary / "step.sh"
        script.write_text(step["run"])
        files = {name: self.temporary / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.workspace,
            env={
                **self.environment,
                "GITHUB_ACTION_PATH": str(self.action),
                "RUNNER_TEMP": str(self.temporary),
                **{name: str(file) for name, file in files.items()},
                **{name: self.filled(str(text)) for name, text in step.get("env", {}).items()},
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.log += done.stdout.splitlines()
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        if "id" in step:
            self.outputs[step["id"]] = dict(_pairs(files["GITHUB_OUTPUT"].read_text()))
        return done.returncode


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, _, value = line.partition("=")
        yield name, value
