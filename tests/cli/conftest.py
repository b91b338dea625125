"""A place to run the command in, where nothing may be left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import Desk
from support.small_vectors import Few, part


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk that has to be clean in the end."""
    desk = Desk(tmp_path)
    desk.work.mkdir()
    desk.temporary.mkdir()
    yield desk
    assert desk.left() == []


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Few:
    """The option for vectors of which a port can be run on all at once: those of one group."""
    folder = tmp_path_factory.mktemp("few") / "vectors"
    return "--vectors", part(folder, "rmsprop/float64/formula.json")
