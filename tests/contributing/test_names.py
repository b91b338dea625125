"""An algorithm's names stand in its own folder: the harness and the other rooms read them there."""

from __future__ import annotations

import re

from support.repository import ROOT

_NAMES = re.compile(r"decay_rate|moving_average")
_ROOMS = (ROOT / "tools" / "goldstep", ROOT / "reference" / "goldstep_reference")
_OWN = _ROOMS[1] / "rmsprop"


def test_only_rmsprop_says_its_hyper_parameter_and_its_state() -> None:
    counts = {
        file.relative_to(ROOT).as_posix(): len(_NAMES.findall(file.read_text("utf-8", "replace")))
        for room in _ROOMS
        for file in room.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    own = _OWN.relative_to(ROOT).as_posix()
    assert {file for file, count in counts.items() if count and not file.startswith(own)} == set()
    assert any(count for file, count in counts.items() if file.startswith(own))
