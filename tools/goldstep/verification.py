"""Verifies ports: every rung of every port is built, run, judged and recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from datetime import UTC, datetime

from goldstep.errors import GoldstepError, HarnessError
from goldstep.findings.settling import Climbed, settle, stale
from goldstep.plan import Options, Plan, make_plan
from goldstep.port.port import Port
from goldstep.results.recorder import Listener, ListenerError, Recorder
from goldstep.results.records import Finding, Problem, Stale
from goldstep.results.value import Results
from goldstep.rung import run_rung
from goldstep.supervision.process import resume, stop_all

_PATIENCE = 1.0  # seconds that a run which is stopped waits for its rungs to clean up


def verify(
    *ports: str, options: Options | None = None, listeners: Iterable[Listener] = ()
) -> Results:
    """Runs ports against the vectors: bundled ones by name, any by the path of its port.toml.

    Without a name all bundled ports are run. ``listeners`` are called with each record as it
    happens; what they raise ends the run. Raises GoldstepError for what makes the whole run
    impossible: a port that does not exist, damaged vectors. What keeps one rung from being judged
    is a record of the results.
    """
    plan = make_plan(ports, options or Options())
    recorder = Recorder(tuple(listeners))
    try:
        _run(plan, recorder)
        return recorder.finish()
    except ListenerError as error:
        raise error.cause from None


def _run(plan: Plan, recorder: Recorder) -> None:
    """Runs all rungs of all ports, ``jobs`` at a time; a port is settled with its last rung."""
    recorder.add(plan.header())
    for port in plan.ports:
        recorder.add(plan.port_record(port))
    pool = ThreadPoolExecutor(plan.options.jobs)
    futures: dict[Future[list[Finding] | None], tuple[Port, int]] = {}
    ended: dict[str, dict[int, list[Finding] | None]] = {port.name: {} for port in plan.ports}
    try:
        # Those that build take longest: begun last, one of them would be waited for alone.
        for port in sorted(plan.ports, key=lambda port: port.table.build is None):
            for repairs in plan.rungs(port):
                future = pool.submit(_rung, plan, port, repairs, recorder)
                futures[future] = port, repairs
        for future in as_completed(futures):
            port, repairs = futures[future]
            ended[port.name][repairs] = future.result()
            for record in _settled(plan, port, ended):
                recorder.add(record)
    except BaseException:
        stop_all()
        pool.shutdown(wait=False, cancel_futures=True)
        running = [future for future in futures if not future.cancelled()]
        # What waits for the network cannot be interrupted: it is left behind, and starts no more.
        if not wait(running, _PATIENCE).not_done:
            resume()
        raise
    pool.shutdown()


def _rung(plan: Plan, port: Port, repairs: int, recorder: Recorder) -> list[Finding] | None:
    """One rung's findings; None, and a Problem in the records, if it cannot be judged."""
    try:
        return run_rung(plan.rung(port, repairs), recorder.add)
    except GoldstepError as error:
        problem = error
    except OSError as error:
        problem = HarnessError(str(error))
    recorder.add(
        Problem(port=port.name, repairs=repairs, message=str(problem), exit_code=problem.exit_code)
    )
    return None


def _settled(
    plan: Plan, port: Port, ended: Mapping[str, Mapping[int, list[Finding] | None]]
) -> Iterator[Finding | Stale]:
    """A port's findings once all of its rungs have ended; with its last variant, what is stale."""

    def climbed(port: Port) -> Climbed:
        judged = {repairs: each for repairs, each in ended[port.name].items() if each is not None}
        return Climbed(port, judged)

    def has_ended(port: Port) -> bool:
        return len(ended[port.name]) == len(plan.rungs(port))

    if has_ended(port):
        yield from settle(climbed(port))
        variants = [each for each in plan.ports if each.table == port.table]
        # All variants of a port are done: what port.toml lists as known can be judged.
        if all(map(has_ended, variants)) and plan.shows_all_known(port):
            yield from stale(list(map(climbed, variants)), datetime.now(UTC).date())
