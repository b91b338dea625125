"""Work on several processors gives the results of one, also where there can be only one."""

from __future__ import annotations

import math
import multiprocessing.synchronize

import pytest
from goldstep_reference.workers import in_parallel

NUMBERS = [4.0, 9.0, 2.25]


def test_results_come_in_the_order_of_the_tasks() -> None:
    with in_parallel(math.sqrt, NUMBERS) as results:
        assert list(results) == [2.0, 3.0, 1.5]


def test_one_process_does_it_where_there_are_no_semaphores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none_here(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(multiprocessing.synchronize.SemLock, "__init__", none_here)
    with in_parallel(math.sqrt, NUMBERS) as results:
        assert list(results) == [2.0, 3.0, 1.5]


def test_an_error_in_a_task_is_the_caller_s() -> None:
    failing = pytest.raises(ValueError, match="invalid literal")
    with failing, in_parallel(int, ["1", "one"]) as results:
        list(results)
