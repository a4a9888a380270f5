"""What publishing costs a new response, whatever was counted before; what folding and rendering take.

    .venv/bin/python tests/benchmarks/bench_publish.py [--stored 10000 100000 1000000 10000000] [--new 5000]

For each number of responses already sealed in the SQLite store: one more batch arrives, and the real job of an
installation runs, from the gate to the pages. Its part in the store is shown too. Folding is read, tabulated and held
against `json.loads` of the same rows. Stores are filled in bulk, past the program: two thirds of the rows in one
cohort, in the order of keys, the rest in four more.
"""

from __future__ import annotations

import argparse
import json
import resource
import secrets
import sqlite3
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from boucle.core.privacy.plan import plan
from boucle.core.privacy.tally import tabulate
from boucle.core.study.model import Series
from boucle.jobs.publish import publish
from boucle.jobs.scheduled import Job
from boucle.jobs.seal import seal_due
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.results.page import render_results_pages
from boucle.storage.memory import MemorySink, MemoryVault
from boucle.storage.sqlite_store.ledger import SqliteLedger
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from support.servers.contenders import QUESTIONNAIRE, STUDY, read_shared_surveys
from support.servers.stored_rows import SERIES, put_sealed, put_waiting

FOLDING_GOAL, FLAT_GOAL, RENDERING_GOAL = 2.5, 1.1, 0.020
DAY = date(2026, 3, 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stored", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 10_000_000])
    parser.add_argument("--new", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=12)
    wanted = parser.parse_args()
    folding, rendering = measure_folding(wanted.new), measure_rendering()
    costs = measure_publishing(wanted.stored, wanted.new, wanted.rounds)
    least = min(one_cost.job for one_cost in costs.values())
    flat = max(one_cost.job for one_cost in costs.values()) / least
    lines = [
        "| already counted | us for each new response | ratio to the least | of them in the store |",
        "|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {at:,} | {cost.job * 1e6:.0f} | {cost.job / least:.2f} | {cost.store * 1e6:.0f} |"
        for at, cost in costs.items()
    ]
    goals = {
        f"publishing is flat: {flat:.2f} (goal: at most {FLAT_GOAL})": flat <= FLAT_GOAL,
        f"folding / json.loads of the same: {folding:.2f} (goal: at most {FOLDING_GOAL})": folding <= FOLDING_GOAL,
        f"rendering a page of results: {rendering * 1e3:.1f} ms (goal: at most 20)": rendering <= RENDERING_GOAL,
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    lines += [
        "",
        *(f"{'met   ' if met else 'MISSED'} {goal}" for goal, met in goals.items()),
        f"peak memory of the jobs: {peak} MB",
    ]
    sys.stdout.write("\n".join([*lines, ""]))
    return 0 if all(goals.values()) else 1


@dataclass(frozen=True)
class Cost:
    """Processor seconds for each new response."""

    job: float
    store: float
    """Moving it from where it waited to its cohort."""


class Morning:
    """A clock that stands at nine of a day."""

    def __init__(self, day: date) -> None:
        self.day = day

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)


class TimedStore(SqliteResponseStore):
    """Says what marking took."""

    marking = 0.0

    def mark_sealed(self, series: Series, through: date, cohort: int) -> int:
        start = time.process_time()
        marked = super().mark_sealed(series, through, cohort)
        self.marking += time.process_time() - start
        return marked


@dataclass(frozen=True)
class Installed:
    """A store with a job, and what each of its runs took."""

    file: Path
    store: TimedStore
    job: Job
    clock: Morning
    taken: list[float] = field(default_factory=list)

    def one_more_batch(self, new: int) -> None:
        put_waiting(self.file, new, self.clock.day)
        self.clock.day += timedelta(days=1)
        start = time.process_time()
        report = self.job.run()
        self.taken.append(time.process_time() - start)
        waiting = sum(self.store.count_pending_by_day(SERIES).values())
        if waiting or report.alarms:
            raise AssertionError(f"the batch was not sealed: {waiting} wait; {report.alarms}")

    def cost(self, new: int) -> Cost:
        return Cost(job=median(self.taken) / new, store=self.store.marking / len(self.taken) / new)


def measure_publishing(stored: Sequence[int], new: int, rounds: int) -> Mapping[int, Cost]:
    """Everything that the job does once a batch waits: gate, reading, tables, noise, store, release, files, pages.

    The stores take turns: a moment in which the machine is busy makes all of them dearer.
    """
    with ExitStack() as stack:
        stores = {store_name: stack.enter_context(install(store_name)) for store_name in stored}
        turns = deque(stores.values())
        for _ in range(rounds):
            for store_name in turns:
                store_name.one_more_batch(new)
            turns.rotate()
        return {at: store.cost(new) for at, store in stores.items()}


@contextmanager
def install(stored: int) -> Iterator[Installed]:
    """So many responses are sealed already."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "responses.sqlite3"
        SqliteResponseStore(file).close()
        fill(file, stored)
        with closing(TimedStore(file)) as store, closing(SqliteLedger(Path(folder) / "ledger.sqlite3")) as ledger:
            clock = Morning(DAY)
            job = job_of(store, ledger, clock)
            job.run()
            yield Installed(file, store, job, clock)


def fill(file: Path, stored: int) -> None:
    """In a process of its own, whose memory is none of the job's."""
    filling = get_context("fork").Process(target=put_sealed, args=(file, stored))
    filling.start()
    filling.join()
    if filling.exitcode:
        raise AssertionError("the store could not be filled")


def job_of(store: SqliteResponseStore, ledger: SqliteLedger, clock: Morning) -> Job:
    return Job(
        studies={STUDY: read_shared_surveys()[STUDY]},
        store=store,
        ledger=ledger,
        vault=MemoryVault(),
        sink=MemorySink(),
        clock=clock,
        bits=secrets.randbits,
        renderer=PageRenderer(),
    )


def processor_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def measure_folding(count: int) -> float:
    """Tabulating what the store holds, beside reading its JSON alone."""
    version = read_shared_surveys()[STUDY].by_version[QUESTIONNAIRE, "1.0.0"]
    planned = plan([version])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "responses.sqlite3"
        with closing(SqliteResponseStore(file)) as store:
            put_waiting(file, count, DAY)
            with closing(sqlite3.connect(file)) as connection:
                texts = [text for (text,) in connection.execute("SELECT answers FROM arrivals")]

            def fold() -> object:
                return tabulate(planned, {"1.0.0": version}, store.read_pending(SERIES, DAY))

            def parse() -> object:
                return [None for text in texts if json.loads(text) is None]

            return median(processor_seconds(fold) / processor_seconds(parse) for _ in range(7))


def measure_rendering() -> float:
    """The page of results of a release of fifteen questions, in one language."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "responses.sqlite3"
        study = read_shared_surveys()[STUDY]
        with (
            closing(SqliteResponseStore(file)) as store,
            closing(SqliteLedger(Path(folder) / "ledger.sqlite3")) as ledger,
        ):
            put_waiting(file, 669, DAY)
            clock = Morning(DAY + timedelta(days=1))
            seal_due(study, SERIES, store=store, ledger=ledger, vault=MemoryVault(), clock=clock, bits=secrets.randbits)
            published = publish(SERIES, ledger=ledger, sink=MemorySink()).releases[-1].content
        renderer = PageRenderer()
        releases: Mapping[Series, bytes | None] = {
            one_series: published if one_series == SERIES else None for one_series in study.series
        }
        taken = [processor_seconds(lambda: render_results_pages(renderer, study, releases)) for _ in range(20)]
        return median(taken) / len(study.languages)


if __name__ == "__main__":
    sys.exit(main())
