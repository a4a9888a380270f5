"""What publishing costs a new response, whatever was counted before, and what rendering a release takes.

    .venv/bin/python tests/benchmarks/bench_publish.py [--stored 10000 100000 1000000] [--new 5000]

For each number of responses already sealed in the SQLite store: one more batch arrives, and the real job seals it and
publishes. Folding is read, tabulated and held against `json.loads` of the same rows.
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
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from boucle.core.plan import plan
from boucle.core.tally import tabulate
from boucle.jobs.publish import publish
from boucle.jobs.seal import seal_due
from boucle.pages.renderer import Renderer
from boucle.pages.results import results_pages
from boucle.storage.memory import MemorySink, MemoryVault
from boucle.storage.sqlite import SqliteDesk, SqliteLedger
from contenders import QUESTIONNAIRE, STUDY, shared_surveys
from stored_rows import SERIES, put_sealed, put_waiting

FOLDING_GOAL, FLAT_GOAL, RENDERING_GOAL = 2.5, 1.1, 0.020
DAY = date(2026, 3, 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stored", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--new", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    sealing = {stored: sealing_cost(stored, wanted.new, wanted.rounds) for stored in wanted.stored}
    folding, rendering = folding_ratio(wanted.new), rendering_seconds()
    flat = max(sealing.values()) / min(sealing.values())
    lines = ["| already counted | us for each new response | ratio to the least |", "|---:|---:|---:|"]
    lines += [f"| {at:,} | {cost * 1e6:.0f} | {cost / min(sealing.values()):.2f} |" for at, cost in sealing.items()]
    goals = {
        f"publishing is flat: {flat:.2f} (goal: at most {FLAT_GOAL})": flat <= FLAT_GOAL,
        f"folding / json.loads of the same: {folding:.2f} (goal: at most {FOLDING_GOAL})": folding <= FOLDING_GOAL,
        f"rendering a page of results: {rendering * 1e3:.1f} ms (goal: at most 20)": rendering <= RENDERING_GOAL,
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    lines += [
        "",
        *(f"{'met   ' if met else 'MISSED'} {goal}" for goal, met in goals.items()),
        f"peak memory: {peak} MB",
    ]
    sys.stdout.write("\n".join([*lines, ""]))
    return 0 if all(goals.values()) else 1


class Morning:
    """A clock that stands at nine of a day."""

    def __init__(self, day: date) -> None:
        self.day = day

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)


def sealing_cost(stored: int, new: int, rounds: int) -> float:
    """Processor seconds for each new response: read, tabulated, sealed with noise, marked, published."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "responses.sqlite3"
        desk, ledger = SqliteDesk(file), SqliteLedger(Path(folder) / "ledger.sqlite3")
        vault, sink, study = MemoryVault(), MemorySink(), shared_surveys()[STUDY]
        put_sealed(file, stored)
        costs = []
        for number in range(rounds):
            day = DAY + timedelta(days=number)
            put_waiting(file, new, day)
            start = time.process_time()
            outcome = seal_due(
                study,
                SERIES,
                desk=desk,
                ledger=ledger,
                vault=vault,
                clock=Morning(day + timedelta(days=1)),
                bits=secrets.randbits,
            )
            publish(SERIES, ledger=ledger, sink=sink)
            costs.append((time.process_time() - start) / new)
            if outcome.sealed is None or outcome.sealed.size != new:
                raise AssertionError("the batch was not sealed")
        desk.close()
        ledger.close()
        return median(costs)


def folding_ratio(count: int) -> float:
    """Tabulating what the store holds, beside reading its JSON alone."""
    version = shared_surveys()[STUDY].by_version[QUESTIONNAIRE, "1.0.0"]
    planned = plan([version])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "responses.sqlite3"
        desk = SqliteDesk(file)
        put_waiting(file, count, DAY)
        texts = [text for (text,) in sqlite3.connect(file).execute("SELECT answers FROM arrivals")]
        ratios = []
        for _ in range(5):
            start = time.process_time()
            for text in texts:
                json.loads(text)
            middle = time.process_time()
            tabulate(planned, {"1.0.0": version}, desk.read_pending(SERIES, DAY))
            ratios.append((time.process_time() - middle) / (middle - start))
        desk.close()
        return median(ratios)


def rendering_seconds() -> float:
    """The page of results of a release of fifteen questions, in one language."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "responses.sqlite3"
        desk, ledger = SqliteDesk(file), SqliteLedger(Path(folder) / "ledger.sqlite3")
        study = shared_surveys()[STUDY]
        put_waiting(file, 669, DAY)
        clock = Morning(DAY + timedelta(days=1))
        seal_due(study, SERIES, desk=desk, ledger=ledger, vault=MemoryVault(), clock=clock, bits=secrets.randbits)
        published = publish(SERIES, ledger=ledger, sink=MemorySink()).releases[-1].content
        renderer = Renderer()
        releases = {each: published if each == SERIES else None for each in study.series}
        taken = []
        for _ in range(20):
            start = time.process_time()
            results_pages(renderer, study, releases)
            taken.append((time.process_time() - start) / len(study.languages))
        desk.close()
        ledger.close()
        return median(taken)


if __name__ == "__main__":
    sys.exit(main())
