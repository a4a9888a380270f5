"""What is copied out of DynamoDB's tables goes back into others unchanged. With a whole study: tests/acceptance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from boucle.core.ports import Doubt
from boucle.storage.dynamodb_store.copies import DynamoTransfer
from boucle.storage.transfer_format import ExportedEntry, ExportedResponse, ExportedText, LedgerMismatch, Record
from support.amazon_benches import DynamoBench, make_moto_bench
from support.submissions import MONDAY, SERIES, TUESDAY, make_stored_key, new_response, new_text, new_used_invitation


@pytest.fixture
def filled(tmp_path: Path) -> DynamoBench:
    """A response of each state, a text, an entry of the ledger, and an invitation."""
    bench = make_moto_bench(tmp_path)
    bench.store.put(new_response("sealed"), [new_text()])
    bench.store.close_days(SERIES, MONDAY)
    bench.store.mark_sealed(SERIES, MONDAY, 1)
    bench.store.put(new_response("waiting", window=TUESDAY), [])
    bench.store.put(new_response("held", window=TUESDAY, doubt=Doubt.CROWD), [])
    bench.ledger.append(SERIES, 1, b"a cohort")
    bench.used_invitations.redeem(new_used_invitation())
    return bench


def make_transfer(bench: DynamoBench) -> DynamoTransfer:
    return DynamoTransfer(client=bench.client, tables=bench.tables)


def sort_records(transfer: DynamoTransfer) -> list[str]:
    return sorted(map(repr, transfer.export_records()))


def test_a_copy_holds_a_response_of_each_state(filled: DynamoBench) -> None:
    responses = [record for record in make_transfer(filled).export_records() if isinstance(record, ExportedResponse)]
    states = {record.key: (record.window, record.cohort, record.held) for record in responses}
    assert states == {
        make_stored_key("sealed"): (None, 1, None),
        make_stored_key("waiting"): (TUESDAY.isoformat(), None, None),
        make_stored_key("held"): (TUESDAY.isoformat(), None, Doubt.CROWD.value),
    }


def test_a_copy_taken_in_elsewhere_and_taken_again_is_the_same(filled: DynamoBench, tmp_path: Path) -> None:
    records: list[Record] = list(make_transfer(filled).export_records())
    there = make_transfer(make_moto_bench(tmp_path))
    assert there.import_records(records) == len(records) == 7
    assert sort_records(there) == sorted(map(repr, records))
    assert there.import_records(records) == len(records)
    assert sort_records(there) == sorted(map(repr, records))


def test_restored_tables_give_neither_texts_nor_invitations(filled: DynamoBench) -> None:
    restored = replace(make_transfer(filled), restored=True)
    assert {type(record).__name__ for record in restored.export_records()} == {
        "ExportedEntry",
        "ExportedDays",
        "ExportedResponse",
    }


def test_moderators_take_the_texts_alone(filled: DynamoBench) -> None:
    [text] = make_transfer(filled).export_texts()
    assert isinstance(text, ExportedText)
    assert (text.question, text.payload, text.key) == ("mot", b"\x00sealed\xff", make_stored_key("text one"))


def test_used_invitations_are_read_by_their_names_alone(filled: DynamoBench) -> None:
    assert list(make_transfer(filled).read_used_invitation_keys()) == [new_used_invitation().key]


def test_another_entry_under_the_same_number_is_refused(filled: DynamoBench, tmp_path: Path) -> None:
    there = make_moto_bench(tmp_path)
    there.ledger.append(SERIES, 1, b"another cohort")
    entries = [record for record in make_transfer(filled).export_records() if isinstance(record, ExportedEntry)]
    with pytest.raises(LedgerMismatch, match="into an empty store"):
        make_transfer(there).import_records(entries)
