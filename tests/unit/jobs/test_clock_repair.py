"""A cohort sealed by a clock that was ahead: a note lets days count again, and nothing that was sealed changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from boucle.audit.chain import find_violations
from boucle.audit.reading import FolderFiles, read_published_series
from boucle.audit.recompute import find_recomputed_differences
from boucle.core.canonical import to_canonical_json
from boucle.core.ports import LedgerNote
from boucle.core.privacy.gate import GateReason
from boucle.core.privacy.ledger import LedgerBroken, read_chain
from boucle.core.release.document import read_release
from boucle.jobs.clock_repair import repair_days
from boucle.jobs.seal import ClocksDisagree
from support.cohorts import SealingInstallation

AHEAD = date(2038, 3, 10)


def repair(installation: SealingInstallation) -> str:
    return str(
        repair_days(
            installation.series,
            store=installation.store,
            ledger=installation.ledger,
            today=installation.clock.today,
        )
    )


def seal_ahead(installation: SealingInstallation, ahead: date) -> date:
    """A cohort, then another one sealed by a clock that is ahead; the day that it is."""
    installation.run_day(40)
    installation.receive_some(60)
    real = installation.clock.today
    installation.clock.today = ahead
    assert installation.seal().sealed is not None
    installation.publish()
    installation.clock.today = real
    return real


def audit(installation: SealingInstallation, folder: Path) -> list[str]:
    for address, content in installation.sink.files.items():
        file = folder / address
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return [
        violation
        for published in read_published_series(FolderFiles(folder), str(folder))
        for violation in (*find_violations(published), *find_recomputed_differences(published))
    ]


@pytest.mark.parametrize("ahead", [AHEAD, date(2026, 1, 8)])
def test_seals_go_on_after_a_note_and_no_byte_of_before_changes(ahead: date, tmp_path: Path) -> None:
    installation = SealingInstallation()
    today = seal_ahead(installation, ahead)
    with pytest.raises(ClocksDisagree, match="boucle clock repair"):
        installation.seal()
    installation.receive_some(70)
    entries = list(installation.ledger.read_entries(installation.series))
    files = dict(installation.sink.files)
    assert f"after cohort 2, days count again from {today}; 70 answers of days to come wait in today" in repair(
        installation
    )
    assert installation.seal().gate.reason is GateReason.ONCE_A_DAY
    installation.clock.pass_by()
    outcome = installation.seal()
    assert outcome.sealed is not None
    assert outcome.alarms == ()
    assert (outcome.sealed.size, outcome.sealed.first_day, outcome.sealed.date) == (
        70,
        today,
        today + timedelta(days=1),
    )
    installation.publish()
    assert list(installation.ledger.read_entries(installation.series))[:2] == entries
    unchanged = {address: content for address, content in files.items() if "/releases/" in address}
    assert unchanged.items() <= installation.sink.files.items()
    assert read_release(max(installation.sink.files.items())[1]).days_from == today
    assert audit(installation, tmp_path) == []


def test_the_cohorts_after_it_need_no_note(tmp_path: Path) -> None:
    installation = SealingInstallation()
    seal_ahead(installation, AHEAD)
    repair(installation)
    for _ in range(3):
        assert installation.run_day(120).alarms == ()
    assert [entry.get("days_from") is not None for entry in installation.read_entries()] == [
        False,
        False,
        True,
        False,
        False,
    ]
    assert audit(installation, tmp_path) == []


def test_repairing_again_changes_nothing() -> None:
    installation = SealingInstallation()
    today = seal_ahead(installation, AHEAD)
    installation.receive_some(5)
    repair(installation)
    installation.clock.pass_by()
    assert repair(installation).endswith(": 0 answers of days to come wait in today")
    assert installation.ledger.read_note(installation.series) == LedgerNote(2, today)


def test_where_no_clock_was_ahead_nothing_is_noted() -> None:
    installation = SealingInstallation()
    installation.run_day(40)
    installation.receive_some(3)
    assert repair(installation) == f"{installation.series}: 0 answers of days to come wait in today"
    assert installation.ledger.read_note(installation.series) is None


def test_answers_that_the_wrong_clock_deleted_are_not_made_up_by_those_that_came_since() -> None:
    installation = SealingInstallation()
    seal_ahead(installation, AHEAD)
    installation.store.expire(AHEAD)
    installation.receive_some(70)
    repair(installation)
    installation.clock.pass_by()
    sealed = installation.seal().sealed
    assert sealed is not None
    assert sealed.size == 70


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda entry: entry.pop("days_from"), "its days overlap those before"),
        (lambda entry: entry.update(days_from="2026-02-01"), "its days overlap those before"),
        (lambda entry: entry.update(days=[entry["days"][1], "2026-01-01"]), "its days overlap those before"),
    ],
)
def test_an_entry_whose_days_go_back_without_a_note_follows_none(
    change: Callable[[dict[str, object]], object], broken: str
) -> None:
    installation = SealingInstallation()
    seal_ahead(installation, AHEAD)
    repair(installation)
    installation.run_day(90)
    *before, last = installation.ledger.read_entries(installation.series)
    entry = json.loads(last)
    change(entry)
    with pytest.raises(LedgerBroken, match=broken):
        read_chain(installation.series, [*before, to_canonical_json(entry)])


def test_the_audit_does_not_believe_a_note_about_a_release_that_is_not_ahead(tmp_path: Path) -> None:
    installation = SealingInstallation()
    for _ in range(2):
        installation.run_day(60)
    folder = next(address for address in installation.sink.files if address.endswith("releases/2.json"))
    release = json.loads(installation.sink.files[folder])
    release |= {"days_from": "2026-02-01", "date": "2026-01-06"}
    installation.sink.files[folder] = to_canonical_json(release)
    assert any("has the date of the one before" in found for found in audit(installation, tmp_path))
