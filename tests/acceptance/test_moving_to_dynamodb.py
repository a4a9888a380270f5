"""A filled study moved from SQLite to DynamoDB and back, and put back after a loss: the same bytes are published."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from boucle.bootstrap.local import Installation, open_installation
from boucle.config.clocks import SimulatedClock
from boucle.config.settings import Settings
from boucle.core.identity.receipts import Keyring, response_key
from boucle.core.ports import Counted, Doubt, Ledger, SealingStore, Sink, Vault, Waiting
from boucle.core.study.model import Series
from boucle.demonstration.run import Delivery, plan_arrivals, start_clock
from boucle.jobs.scheduled import Job, JobReport
from boucle.storage.dynamodb_store.copies import DynamoTransfer
from boucle.storage.memory import MemorySink, MemoryVault
from boucle.storage.published.s3 import Bucket, S3Sink, S3Vault
from boucle.storage.sqlite_store.copies import SqliteTransfer
from boucle.storage.transfer_format import BadExport, ExportedEntry, LedgerMismatch, Record, read_export, write_export
from support.amazon import dynamodb_local
from support.amazon_benches import DynamoBench, make_bucket, make_local_bench, make_moto_bench
from support.builders import DEMONSTRATION, SURVEYS
from support.submissions import new_response, new_used_invitation

pytestmark = pytest.mark.slow

NOISE = 20261123


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demonstration, four days of it sealed, the answers of the fifth waiting, and one held back."""
    settings = Settings(home=tmp_path_factory.mktemp("demonstration") / "home", surveys=SURVEYS)
    clock = start_clock(settings, datetime.now(UTC).date())
    with closing(open_installation(settings)) as installation:
        *days, last = plan_arrivals(settings, installation.studies)
        for day in days:
            answer(installation, day)
            clock.advance()
            assert installation.run_job().alarms == ()
        answer(installation, last)
        held = Series(DEMONSTRATION, "candidats", 1, "2026")
        installation.store.put(new_response("held back", series=held, window=clock.today(), doubt=Doubt.CROWD), [])
        assert all(installation.used_invitations.redeem(new_used_invitation(number)) for number in range(30))
    clock.advance()
    return settings


def answer(installation: Installation, deliveries: list[Delivery]) -> None:
    client = installation.make_application().test_client()
    for delivery in deliveries:
        for person in delivery.people:
            answers = {
                name: list(value) if isinstance(value, tuple) else value for name, value in person.answers.items()
            }
            body = {"id": person.id, "language": person.language, "mode": person.mode, "answers": answers}
            assert client.post(delivery.address, json=body).status_code == 201


@pytest.fixture(params=[make_moto_bench, make_local_bench], ids=["moto", "dynamodb-local"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> DynamoBench:
    """Empty tables."""
    build: Callable[[Path], DynamoBench] = request.param
    return build(tmp_path)


def copies_there(there: DynamoBench) -> DynamoTransfer:
    return DynamoTransfer(client=there.client, tables=there.tables)


def here(settings: Settings) -> SqliteTransfer:
    return SqliteTransfer(settings.responses_file, settings.ledger_file, settings.used_invitations_file)


def in_order(records: Iterator[Record]) -> list[str]:
    return sorted(map(repr, records))


def publish(settings: Settings, store: SealingStore, ledger: Ledger) -> dict[str, bytes]:
    """All files, after a run of the job that seals what waits."""
    sink = MemorySink()
    assert run_job(settings, store, ledger, MemoryVault(), sink).alarms == ()
    return sink.files


def run_job(settings: Settings, store: SealingStore, ledger: Ledger, vault: Vault, sink: Sink) -> JobReport:
    """The job, with noise that is the same every time."""
    with closing(open_installation(settings)) as installation:
        return Job(
            studies=installation.studies,
            store=store,
            ledger=ledger,
            vault=vault,
            sink=sink,
            clock=SimulatedClock(settings.clock_file),
            bits=random.Random(NOISE).getrandbits,
            renderer=installation.renderer,
        ).run()


class NoClock:
    """The job's side of a store whose clock is not asked: the demonstration's days are simulated."""

    def __init__(self, store: SealingStore) -> None:
        self._desk = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._desk, name)

    def now(self) -> None:
        return None


def test_a_moved_study_is_sealed_and_published_as_the_same_bytes(
    settings: Settings, there: DynamoBench, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.jsonl"
    with closing(here(settings)) as store:
        count = write_export(store.export_records(), copy)
    assert copies_there(there).import_records(read_export(copy)) == count
    assert in_order(copies_there(there).export_records()) == in_order(read_export(copy))

    again = Settings(home=tmp_path / "again", surveys=SURVEYS)
    with closing(here(again)) as store:
        assert store.import_records(copies_there(there).export_records()) == count
        assert in_order(store.export_records()) == in_order(read_export(copy))
    start = SimulatedClock(settings.clock_file)
    again.clock_file.write_bytes(settings.clock_file.read_bytes())
    assert SimulatedClock(again.clock_file).today() == start.today()

    with closing(open_installation(again)) as installation:
        from_sqlite = publish(again, installation.store, installation.ledger)
    from_dynamodb = publish(settings, NoClock(there.store), there.ledger)  # type: ignore[arg-type]  # it passes all on
    assert from_dynamodb == from_sqlite
    assert f"{DEMONSTRATION}/data/candidats/v1/2026/releases/5.json" in from_dynamodb
    before = {address: content for address, content in earlier(settings) if "/releases/" in address}
    assert before
    assert before.items() <= from_dynamodb.items()


def earlier(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """What was published before the move."""
    for file in settings.published_folder.rglob("*"):
        if file.is_file():
            yield file.relative_to(settings.published_folder).as_posix(), file.read_bytes()


def test_receipts_lead_to_the_same_answers_after_the_move(settings: Settings, there: DynamoBench) -> None:
    with closing(here(settings)) as store:
        copies_there(there).import_records(store.export_records())
    with closing(open_installation(settings)) as installation:
        first, last = (
            day[0].people[0] for day in (plan_arrivals(settings, installation.studies)[at] for at in (0, -1))
        )
        keyring = Keyring(settings.master_key_file.read_bytes())
        for person, expected in ((first, Counted), (last, Waiting)):
            receipt = keyring.make_receipt(DEMONSTRATION, "2026", person.id)
            key = response_key(DEMONSTRATION, "candidats", receipt)
            stands = there.store.read_standing(DEMONSTRATION, "candidats", key)
            assert isinstance(stands, expected)
            assert stands == installation.store.read_standing(DEMONSTRATION, "candidats", key)


def test_an_invitation_that_served_before_the_move_does_not_serve_after(settings: Settings, there: DynamoBench) -> None:
    with closing(here(settings)) as store:
        copies_there(there).import_records(store.export_records())
    assert there.used_invitations.redeem(new_used_invitation(7))
    assert not there.used_invitations.redeem(new_used_invitation(7, by="somebody else"))
    assert sorted(copies_there(there).read_used_invitation_keys()) == sorted(
        new_used_invitation(number).key for number in range(30)
    )


def test_a_copy_can_be_taken_again(settings: Settings, there: DynamoBench) -> None:
    with closing(here(settings)) as store:
        records = list(store.export_records())
    assert copies_there(there).import_records(records) == copies_there(there).import_records(records)
    assert in_order(copies_there(there).export_records()) == in_order(iter(records))


def test_a_store_that_sealed_something_else_takes_nothing(settings: Settings, there: DynamoBench) -> None:
    with closing(here(settings)) as store:
        records = list(store.export_records())
        series = next(record.series for record in records if isinstance(record, ExportedEntry))
        there.ledger.append(series, 1, b"another cohort")
        with pytest.raises(LedgerMismatch, match="into an empty store"):
            copies_there(there).import_records(records)
    assert there.read_texts() == {}


def test_a_copy_that_was_cut_short_is_refused(settings: Settings, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    with closing(here(settings)) as store:
        write_export(store.export_records(), copy)
    assert copy.stat().st_mode & 0o077 == 0
    copy.write_bytes(copy.read_bytes()[:-100])
    with pytest.raises(BadExport, match="not a whole copy"):
        list(read_export(copy))


CANDIDATES = Series(DEMONSTRATION, "candidats", 1, "2026")


def files_of(bucket: Bucket) -> dict[str, bytes]:
    return {name: found[0] for name in bucket.list_names() if (found := bucket.read(name))}


def test_a_ledger_that_lost_its_last_entries_gets_them_back_from_the_vault(
    settings: Settings, tmp_path: Path, operator: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DynamoDB Local holds the ledger, moto's S3 the vault and the site: the job refuses, and then goes on."""
    there, vault, site = make_local_bench(tmp_path), replace(make_bucket(), prefix=""), make_bucket()
    sealing: SealingStore = NoClock(there.store)  # type: ignore[assignment]  # it passes all on
    with closing(here(settings)) as store:
        copies_there(there).import_records(store.export_records())
    assert run_job(settings, sealing, there.ledger, S3Vault(vault), S3Sink(site)).alarms == ()
    before, published_before = list(there.ledger.read_entries(CANDIDATES)), files_of(site)
    for number in (len(before) - 1, len(before)):
        name = {"series": {"S": str(CANDIDATES)}, "number": {"N": str(number)}}
        there.client().delete_item(TableName=there.tables.ledger, Key=name)

    alarms = " ".join(run_job(settings, sealing, there.ledger, S3Vault(vault), S3Sink(site)).alarms)
    assert "restore the ledger from the copy" in alarms
    assert files_of(site) == published_before

    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_local.start_endpoint())
    words = ("restore", "ledger", "--dynamodb", there.tables.ledger.removesuffix("-ledger"), "--vault", vault.name)
    assert f"{CANDIDATES}: 2 entries put back; there are {len(before)}." in operator(*words)
    assert f"{CANDIDATES}: 0 entries put back; there are {len(before)}." in operator(*words)
    assert list(there.ledger.read_entries(CANDIDATES)) == before
    elsewhere = make_bucket()
    for bucket in (site, elsewhere):
        assert run_job(settings, sealing, there.ledger, S3Vault(vault), S3Sink(bucket)).alarms == ()
        assert files_of(bucket) == published_before


def test_a_ledger_of_one_machine_is_put_back_by_the_same_command(
    settings: Settings, tmp_path: Path, operator: Callable[..., str]
) -> None:
    home = tmp_path / "home"
    shutil.copytree(settings.home, home)
    again = Settings(home=home, surveys=SURVEYS)
    with closing(open_installation(again)) as installation:
        before = list(installation.ledger.read_entries(CANDIDATES))
    with closing(sqlite3.connect(again.ledger_file)) as connection, connection:
        connection.execute("DELETE FROM entries WHERE questionnaire = 'candidats' AND number > 1")
    assert f"{CANDIDATES}: {len(before) - 1} entries put back" in operator("--home", str(home), "restore", "ledger")
    with closing(open_installation(again)) as installation:
        assert list(installation.ledger.read_entries(CANDIDATES)) == before
