"""Small ports in a folder of the test's own, and what their port.toml says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from support.running import MARK

ADAPTER = Path(__file__).parent / "ports" / "tiny_adapter.py"


def tiny_port(folder: Path, behaviour: str = "conforming", **keys: Any) -> Path:
    """A port.toml whose adapter is tiny_adapter.py; ``keys`` replace its keys, None takes one out.

    No time-out ends what it does. Its processes can be found by the mark of `running`, which they
    inherit.
    Command words that the adapter needs beside its behaviour stand behind it, after a space.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ADAPTER, folder)
    content = {
        "name": "tiny",
        "title": "A tiny port",
        "language": "Python",
        "number_format": "float64",
        "sources": ["tiny_adapter.py"],
        "environment": [MARK],
        "run": {
            "command": ["{python}", "-S", "tiny_adapter.py", *behaviour.split()],
            "case_timeout": 600,
        },
        **keys,
    }
    file = folder / "port.toml"
    file.write_text(toml({key: value for key, value in content.items() if value is not None}))
    return file


def toml(content: dict[str, Any]) -> str:
    """TOML of strings, numbers, lists, tables and arrays of tables."""
    lines = [f"{key} = {_value(value)}" for key, value in content.items() if not _tables(value)]
    for key, value in content.items():
        for table in _tables(value):
            head = f"[[{key}]]" if isinstance(value, list) else f"[{key}]"
            lines += [head, *(f"{name} = {_value(part)}" for name, part in table.items())]
    return "\n".join(lines) + "\n"


def _tables(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
        return value
    return [value] if isinstance(value, dict) else []


def _value(value: Any) -> str:
    """JSON's strings, numbers and lists are TOML's too."""
    return value if isinstance(value, Raw) else json.dumps(value, ensure_ascii=False)


class Raw(str):
    """TOML as it stands, such as a date."""
