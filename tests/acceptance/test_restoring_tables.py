"""What a table lost comes back from a point in time, by the runbook's commands. moto plays DynamoDB's recovery."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from boucle.storage.dynamodb_store.items import response_name
from support.amazon_benches import DynamoBench, moto_bench
from support.submissions import MONDAY, SERIES, new_response

pytestmark = pytest.mark.slow

RESTORABLE = ("responses", "days", "ledger")
"""Not what people may take back: free texts, and the invitations that they used."""


@pytest.fixture
def there(tmp_path: Path) -> DynamoBench:
    """Five sealed answers, three that wait, and a ledger."""
    there = moto_bench(tmp_path)
    for number in range(5):
        there.desk.put(new_response(f"sealed {number}"), [])
    there.ledger.append(SERIES, 1, b"a cohort")
    there.desk.mark_sealed(SERIES, MONDAY, 1)
    there.desk.close_days(SERIES, MONDAY)
    for number in range(3):
        there.desk.put(new_response(f"waiting {number}"), [])
    return there


def items(there: DynamoBench, kind: str) -> dict[str, object]:
    found = there.client().scan(TableName=getattr(there.tables, kind), ConsistentRead=True)["Items"]
    return {str(sorted(each["key"].items() if "key" in each else each["series"].items())): each for each in found}


def restored_to_a_point_in_time(there: DynamoBench, name: str) -> None:
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
    restored_to_a_point_in_time(there, f"{name}-restored")
    before = {kind: items(there, kind) for kind in RESTORABLE}
    for number in (0, 1):
        key = new_response(f"sealed {number}").key
        there.client().delete_item(
            TableName=there.tables.responses, Key=response_name(SERIES.study, SERIES.questionnaire, key)
        )
    withdrawn = new_response("waiting 0").key
    there.desk.withdraw(SERIES.study, SERIES.questionnaire, withdrawn, [])

    copy = str(tmp_path / "restored.jsonl")
    operator("export", copy, "--dynamodb", f"{name}-restored", "--restored")
    for _ in range(2):
        operator("import", copy, "--dynamodb", name)

    after = {kind: items(there, kind) for kind in RESTORABLE}
    changed = [each for kind in RESTORABLE for each in before[kind] if before[kind][each] != after[kind].get(each)]
    assert len(changed) == 1
    assert withdrawn in changed[0]
    assert "answers" not in str(after["responses"][changed[0]])
    assert {kind: len(each) for kind, each in after.items()} == {kind: len(each) for kind, each in before.items()}
