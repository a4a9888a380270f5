"""What a table lost comes back from a point in time, by the runbook's commands. moto plays DynamoDB's recovery."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from boucle.storage.dynamodb_store.items import response_item_key
from support.amazon_benches import DynamoBench, make_moto_bench
from support.submissions import MONDAY, SERIES, new_response

pytestmark = pytest.mark.slow

RESTORABLE = ("responses", "days", "ledger")
"""Not what people may take back: free texts, and the invitations that they used."""


@pytest.fixture
def there(tmp_path: Path) -> DynamoBench:
    """Five sealed answers, three that wait, and a ledger."""
    there = make_moto_bench(tmp_path)
    for number in range(5):
        there.store.put(new_response(f"sealed {number}"), [])
    there.ledger.append(SERIES, 1, b"a cohort")
    there.store.mark_sealed(SERIES, MONDAY, 1)
    there.store.close_days(SERIES, MONDAY)
    for number in range(3):
        there.store.put(new_response(f"waiting {number}"), [])
    return there


def items(there: DynamoBench, kind: str) -> dict[str, object]:
    found = there.client().scan(TableName=getattr(there.tables, kind), ConsistentRead=True)["Items"]
    return {str(sorted(item["key"].items() if "key" in item else item["series"].items())): item for item in found}


def restore_to_a_point_in_time(there: DynamoBench, name: str) -> None:
    """As `aws dynamodb restore-table-to-point-in-time` does."""
    for kind in RESTORABLE:
        source = getattr(there.tables, kind)
        there.client().update_continuous_backups(
            TableName=source, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        there.client().restore_table_to_point_in_time(
            SourceTableName=source, TargetTableName=f"{name}-{kind}", UseLatestRestorableTime=True
        )


def test_what_was_lost_comes_back_and_what_was_withdrawn_does_not(
    there: DynamoBench, tmp_path: Path, operator: Callable[..., str]
) -> None:
    name = there.tables.ledger.removesuffix("-ledger")
    restore_to_a_point_in_time(there, f"{name}-restored")
    before = {kind: items(there, kind) for kind in RESTORABLE}
    for number in (0, 1):
        key = new_response(f"sealed {number}").key
        there.client().delete_item(
            TableName=there.tables.responses, Key=response_item_key(SERIES.study, SERIES.questionnaire, key)
        )
    withdrawn = new_response("waiting 0").key
    there.store.withdraw(SERIES.study, SERIES.questionnaire, withdrawn, [])

    copy = str(tmp_path / "restored.jsonl")
    operator("export", copy, "--dynamodb", f"{name}-restored", "--restored")
    for _ in range(2):
        operator("import", copy, "--dynamodb", name)

    after = {kind: items(there, kind) for kind in RESTORABLE}
    changed = [
        item_key
        for kind in RESTORABLE
        for item_key in before[kind]
        if before[kind][item_key] != after[kind].get(item_key)
    ]
    assert len(changed) == 1
    assert withdrawn in changed[0]
    assert "answers" not in str(after["responses"][changed[0]])
    assert {kind: len(stored_items) for kind, stored_items in after.items()} == {
        kind: len(stored_items) for kind, stored_items in before.items()
    }
