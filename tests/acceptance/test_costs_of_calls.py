"""The bill of infra/costs.py rests on what the code asks of DynamoDB: measured in Amazon's own engine, in its units."""

from __future__ import annotations

import runpy
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from boucle.config.clocks import SystemClock
from boucle.content.surveys import read_surveys
from boucle.jobs.scheduled import Job
from boucle.pages.common.shells import find_no_shell
from boucle.pages.forms.renderer import PageRenderer
from boucle.storage.dynamodb_store.tables import Tables, build_table_definitions
from boucle.storage.memory import MemoryLedger, MemoryResponseStore, MemorySink, MemoryVault
from support.amazon_benches import ClosableDynamoStore, local_dynamodb
from support.builders import REPOSITORY, SURVEYS
from support.cohorts import make_seeded_bits
from support.submissions import MONDAY, SERIES, new_response, new_text

pytestmark = pytest.mark.slow

COSTS = runpy.run_path(str(REPOSITORY / "infra" / "costs.py"))
PEOPLE = 64


class Metered:
    """A client that asks for every call's price, and adds up."""

    def __init__(self) -> None:
        self.units: Counter[str] = Counter()

    def __call__(self) -> Any:
        return self

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            answer = getattr(local_dynamodb(), name)(**request, ReturnConsumedCapacity="TOTAL")
            kind = "reads" if name in {"get_item", "query", "scan"} else "writes"
            self.units[kind] += answer["ConsumedCapacity"]["CapacityUnits"]
            return answer

        return call

    def measure(self, work: Callable[[], object]) -> Counter[str]:
        """What the work costs for each of those who answered."""
        self.units.clear()
        work()
        return Counter({kind: units / PEOPLE for kind, units in self.units.items()})


@pytest.fixture
def client() -> Metered:
    return Metered()


@pytest.fixture
def store(client: Metered) -> ClosableDynamoStore:
    tables = Tables.with_prefix(f"boucle-{uuid4().hex}")
    for definition in build_table_definitions(tables):
        local_dynamodb().create_table(**definition)
    return ClosableDynamoStore(client=client, tables=tables, sleep=lambda seconds: None)


def everybody_answers(store: ClosableDynamoStore) -> None:
    for number in range(PEOPLE):
        long = new_response(f"{number}")._replace(answers={"q": "x" * 1_500})
        store.put(long, [replace(new_text(f"{number}"), payload=b"x" * 700)])


def seal(store: ClosableDynamoStore) -> None:
    store.close_days(SERIES, MONDAY)
    assert len(list(store.read_pending(SERIES, MONDAY))) == PEOPLE
    assert store.mark_sealed(SERIES, MONDAY, 1) == PEOPLE


def test_a_response_costs_what_the_bill_says(store: ClosableDynamoStore, client: Metered) -> None:
    answering = client.measure(lambda: everybody_answers(store))
    counting = client.measure(lambda: store.count_pending_by_day(SERIES))
    sealing = client.measure(lambda: seal(store))
    measured = {
        "ANSWERING_WRITES": answering["writes"],
        "ANSWERING_READS": answering["reads"],
        "COUNTING_READS": counting["reads"],
        "SEALING_WRITES": sealing["writes"],
        "SEALING_READS": sealing["reads"],
    }
    # Closing the days is shared by all who answered.
    assert measured == {name: pytest.approx(COSTS[name], abs=0.05) for name in measured}


class CountedReads(MemorySink):
    """What is published, and how often somebody looks at it."""

    reads = 0

    def read(self, address: str) -> bytes | None:
        self.reads += 1
        return super().read(address)


def test_a_run_of_the_job_with_nothing_to_do_looks_at_no_more_files_than_the_bill_says() -> None:
    sink = CountedReads()
    job = Job(
        studies=read_surveys(SURVEYS),
        store=MemoryResponseStore(),
        ledger=MemoryLedger(),
        vault=MemoryVault(),
        sink=sink,
        clock=SystemClock(),
        bits=make_seeded_bits(),
        renderer=PageRenderer(find_no_shell),
    )
    assert job.run().alarms == ()
    sink.reads = 0
    assert job.run().alarms == ()
    assert 0 < sink.reads <= COSTS["JOB_READS"]
