"""The one run of each port, which all of its tests read; shared by processes of pytest-xdist."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from goldstep import Options, verify
from goldstep.errors import GoldstepError, HarnessError
from goldstep.paths import vectors_folder
from goldstep.plan import command_line
from goldstep.port.ladder import Climb
from goldstep.port.port import load_port
from goldstep.pytest_plugin.selection import Selection
from goldstep.results.records import RungKey
from goldstep.results.rungs import Rung
from goldstep.results.value import Results
from goldstep.vectors.folder import Vectors, load_vectors

CLIMBS = {"none": Climb.AS_PRINTED, "all": Climb.REPAIRED, "each": Climb.WHOLE_LADDER}

Rungs = Mapping[RungKey, Rung]


class PortRuns:
    """Runs each port once, for the first of its tests.

    ``asked_for`` are the cases whose tests are left once all are collected, by the port's file.
    ``shared`` is the folder in which processes share results, if there are several.
    """

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.asked_for: Mapping[Path, set[str]] = {}
        self.shared: Path | None = None
        self._outcomes: dict[Path, Rungs | GoldstepError] = {}

    @property
    def vectors(self) -> Vectors:
        """The golden vectors. Raises VectorsError."""
        return _vectors()

    @property
    def climb(self) -> Climb:
        """Which rungs are run."""
        return CLIMBS[self.selection.repairs]

    def outcome(self, file: Path) -> Rungs | GoldstepError:
        """The rungs of a port, with the cases that are asked for; or why there are none.

        A fault of goldstep itself is raised once, and is why there are none for all others.
        """
        if file not in self._outcomes:
            try:
                ports = self._results(file).ports
            except GoldstepError as error:
                self._outcomes[file] = error
            except Exception as error:
                self._outcomes[file] = HarnessError(f"{type(error).__name__}: {error}")
                raise
            else:
                self._outcomes[file] = {rung.key: rung for port in ports for rung in port.rungs}
        return self._outcomes[file]

    def cases_of(self, file: Path) -> tuple[str, ...] | None:
        """The cases that a port is run with; None for all, where known findings may be stale.

        All are run, too, where none is asked for: what is found beside them is then the question.
        """
        formats = {port.number_format for port in load_port(file)}
        everything = {c.id for _, c in self.vectors.cases() if c.number_format in formats}
        cases = self.asked_for.get(file, set())
        return tuple(sorted(cases)) if cases and cases != everything else None

    def _results(self, file: Path) -> Results:
        if self.shared is None:
            return self._run(file)
        name = f"{self.selection.files.index(file)}.ndjson"
        return _made_once(self.shared / name, lambda: self._run(file))

    def _run(self, file: Path) -> Results:
        options = Options(
            climb=self.climb, case_ids=self.cases_of(file) or (), command=command_line()
        )
        return verify(str(file), options=options)


@cache
def _vectors() -> Vectors:
    """Once in a process, which may run pytest many times: they are a hundred megabytes."""
    return load_vectors(vectors_folder())


def _made_once(file: Path, make: Callable[[], Results]) -> Results:
    """What the first process makes, which asks for it; the others wait, and read it."""
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if file.exists():
            return Results.read(file)
        results = make()
        part = file.with_suffix(".part")
        results.write(part)
        part.replace(file)
        return results
