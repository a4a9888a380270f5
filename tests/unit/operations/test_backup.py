"""A backup brings an installation back: answers, ledger, keys and what was published."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from boucle.bootstrap.local import load_master_key, open_installation
from boucle.cli import main
from boucle.config.settings import Settings
from boucle.core.ports import Waiting
from boucle.core.privacy.ledger import LedgerRolledBack
from boucle.jobs.publish import publish
from boucle.operations.backup import NoBackup, NoRestore, back_up, restore_backup
from boucle.operations.invitations import take_numbers
from boucle.storage.memory import MemorySink
from boucle.storage.published.folder import FolderSink
from boucle.storage.sqlite_store.ledger import SqliteLedger
from support.builders import SURVEYS
from support.cohorts import SealingInstallation
from support.submissions import SERIES, new_response, new_used_invitation


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with an answer, two releases and a key."""
    settings = Settings(home=tmp_path / "home", surveys=SURVEYS)
    memory = SealingInstallation()
    memory.run_day(40)
    with closing(open_installation(settings)) as installation:
        installation.store.put(new_response(), [])
        installation.used_invitations.redeem(new_used_invitation())
        carry_over(memory, installation.ledger)
        publish(memory.series, ledger=installation.ledger, sink=FolderSink(settings.published_folder))
    load_master_key(settings.master_key_file)
    return settings


def carry_over(memory: SealingInstallation, ledger: SqliteLedger) -> None:
    """The releases of a small installation in memory, into a ledger on the disk."""
    there = len(ledger.read_entries(memory.series))
    for number, entry in enumerate(memory.ledger.read_entries(memory.series), 1):
        if number > there:
            ledger.append(memory.series, number, entry)


def test_the_restored_copy_publishes_identical_bytes(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "copy.tar")
    restored = Settings(home=tmp_path / "restored", surveys=SURVEYS)
    restore_backup(restored, tmp_path / "copy.tar")
    series = SealingInstallation().series
    files = []
    for home in (settings, restored):
        with closing(open_installation(home)) as installation:
            sink = MemorySink()
            publish(series, ledger=installation.ledger, sink=sink)
            files.append(sink.files)
    assert files[0] == files[1] != {}
    assert restored.master_key_file.read_bytes() == settings.master_key_file.read_bytes()
    with closing(open_installation(restored)) as installation:
        stands = installation.store.read_standing(SERIES.study, SERIES.questionnaire, new_response().key)
    assert stands == Waiting()


def test_a_backup_is_private(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "copy.tar")
    assert (tmp_path / "copy.tar").stat().st_mode & 0o077 == 0


def test_after_a_restore_publish_refuses_when_more_was_published_since(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "copy.tar")
    memory = SealingInstallation()
    memory.run_day(40)
    memory.run_day(60)
    with closing(open_installation(settings)) as installation:
        carry_over(memory, installation.ledger)
        sink = FolderSink(settings.published_folder)
        publish(memory.series, ledger=installation.ledger, sink=sink)
    restored = Settings(home=tmp_path / "restored", surveys=SURVEYS)
    restore_backup(restored, tmp_path / "copy.tar")
    with closing(open_installation(restored)) as installation, pytest.raises(LedgerRolledBack):
        publish(memory.series, ledger=installation.ledger, sink=sink)


def test_a_backup_goes_into_a_new_home_only(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "copy.tar")
    with pytest.raises(NoRestore, match="into a new one"):
        restore_backup(settings, tmp_path / "copy.tar")


def test_a_broken_backup_leaves_no_home_behind(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "broken.tar").write_bytes(b"not an archive")
    restored = Settings(home=tmp_path / "restored")
    with pytest.raises(NoRestore, match="not a whole backup"):
        restore_backup(restored, tmp_path / "broken.tar")
    assert not restored.home.exists()


def test_there_is_no_backup_of_nothing_and_none_over_another(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NoBackup, match="holds no installation"):
        back_up(Settings(home=tmp_path / "nowhere"), tmp_path / "copy.tar")
    back_up(settings, tmp_path / "copy.tar")
    with pytest.raises(NoBackup, match="exists already"):
        back_up(settings, tmp_path / "copy.tar")


def test_an_exported_store_is_imported_into_another_home(settings: Settings, tmp_path: Path) -> None:
    copy, again = str(tmp_path / "copy.jsonl"), str(tmp_path / "again.jsonl")
    other = str(tmp_path / "other")
    for words in (
        ["--home", str(settings.home), "export", copy],
        ["--home", other, "import", copy],
        ["--home", other, "import", copy],
        ["--home", other, "export", again],
    ):
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, done.output
    assert Path(copy).read_bytes() == Path(again).read_bytes()


def test_an_invitation_that_served_does_not_serve_again_after_a_restore(settings: Settings, tmp_path: Path) -> None:
    settings.invitations_file.write_text('{"etude/candidats/2026": 3}', "utf-8")
    back_up(settings, tmp_path / "copy.tar")
    restored = Settings(home=tmp_path / "restored", surveys=SURVEYS)
    restore_backup(restored, tmp_path / "copy.tar")
    with closing(open_installation(restored)) as installation:
        assert not installation.used_invitations.redeem(new_used_invitation(by="somebody else"))
    assert take_numbers(restored.invitations_file, "etude/candidats/2026", 1, None)[0] == 4
