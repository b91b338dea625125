"""Quick tests, which `make check` runs: those that no marker of pyproject.toml tells from them.

Who uses a fixture that starts something is marked here, other tests where they are. A test without
a mark that starts a process fails.
"""

from __future__ import annotations

import sys
from collections.abc import Generator

import pytest

_FIXTURES = {
    "default_run": "compilers",
    "embedded_ladder": "compilers",
    "chromium": "browser",
    "site": "processes",
    "pytester": "processes",
}
_MARKERS = {*_FIXTURES.values(), "long"}
_STARTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"}

_quick: pytest.Item | None = None


def pytest_configure() -> None:
    """Begins to hear of processes that are started."""
    sys.addaudithook(_hear)


def _hear(event: str, _: object) -> None:
    if _quick and event in _STARTS:
        pytest.fail(f"{event} in a test that is not marked as one that starts processes")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks tests by their fixtures."""
    for item in items:
        for fixture in _FIXTURES.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(_FIXTURES[fixture])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Lets a quick test start nothing, nor its fixtures."""
    global _quick
    _quick = None if _MARKERS & {mark.name for mark in item.iter_markers()} else item
    try:
        return (yield)
    finally:
        _quick = None
