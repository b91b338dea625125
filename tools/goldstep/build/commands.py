"""Commands of port.toml, with their placeholders filled in."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from goldstep.build.toolchain import ResolvedToolchain
from goldstep.errors import PortFileError
from goldstep.port.workspace import Workspace

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_COMPILER_LOG = "compiler.xml"
_ASKED_BY = {
    "java": "java = 17",
    "javac": "java = 17",
    "node": "npm = [...]",
    "node_modules": "npm = [...]",
    "cargo": "cargo = true",
    "go": "go = true",
    "cc": "c = true",
    "cxx": "cpp = true",
}


@dataclass(frozen=True, slots=True)
class Commands:
    """Fills in the commands of one rung. ``output`` is the build's folder."""

    workspace: Workspace
    toolchain: ResolvedToolchain
    output: Path

    @property
    def compiler_log(self) -> Path:
        """Where the compiler may write its diagnostics as XML."""
        return self.output / _COMPILER_LOG

    def fill(self, command: tuple[str, ...]) -> list[str]:
        """The command as it is run; a placeholder that stands alone may become several words.

        Raises PortFileError for a placeholder that there is not, or not without a toolchain.
        """
        several = self.toolchain.words(self.compiler_log)
        one: dict[str, str] = {
            "build": str(self.output),
            "cache": str(self.workspace.cache),
            "classpath": self.toolchain.classpath,
            "pathsep": os.pathsep,
            **{name: words[0] for name, words in several.items() if len(words) == 1},
            **self.workspace.port.placeholders,
        }
        filled: list[str] = []
        for word in command:
            match = _PLACEHOLDER.fullmatch(word)
            if match and match[1] in several:
                filled += several[match[1]]
            else:
                filled.append(self._text(word, one))
        return filled

    def _text(self, word: str, values: Mapping[str, str]) -> str:
        def value(match: re.Match[str]) -> str:
            if match[1] in values:
                return values[match[1]]
            if match[1] in _ASKED_BY:
                hint = f"ask for it: [toolchain] {_ASKED_BY[match[1]]}"
            else:
                hint = f"there are {', '.join(f'{{{name}}}' for name in sorted(values))}"
            raise PortFileError(
                f"{match[0]} in {word!r} stands for nothing",
                place=str(self.workspace.port.file),
                hint=hint,
            )

        return _PLACEHOLDER.sub(value, word)
