"""A place to run the command in, where nothing may be left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk that has to be clean in the end."""
    desk = Desk(tmp_path)
    desk.work.mkdir()
    desk.temporary.mkdir()
    yield desk
    assert desk.left() == []
