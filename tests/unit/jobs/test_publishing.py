"""Promises of publication: from the ledger only, in order, and never twice differently."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import jsonschema
import pytest

from boucle.audit.chain import release_schema
from boucle.core.canonical import fingerprint
from boucle.core.ports import AlreadyWritten
from boucle.core.privacy.ledger import LedgerRolledBack
from boucle.core.release.document import ReleaseDocument
from boucle.jobs.publish import (
    Overtaken,
    PublicChainDiffers,
    SeriesPublication,
    entry_address,
    latest_address,
    publish,
    release_address,
)
from boucle.storage.memory import MemoryLedger, MemorySink
from support.cohorts import SealingInstallation, make_seeded_bits


def fill_installation(*days: int) -> SealingInstallation:
    installation = SealingInstallation()
    for responses in days:
        installation.run_day(responses)
    return installation


def test_each_cohort_makes_one_release_and_the_latest_is_the_newest_byte_for_byte() -> None:
    installation = fill_installation(40, 60)
    files = installation.sink.files
    assert files[latest_address(installation.series)] == files[release_address(installation.series, 2)]
    assert json.loads(files[latest_address(installation.series)])["respondents"] == 100


def test_each_release_names_the_hash_of_the_published_file_before_it() -> None:
    installation = fill_installation(40, 60)
    first, second = (installation.sink.files[release_address(installation.series, number)] for number in (1, 2))
    assert json.loads(first)["previous"] is None
    assert json.loads(second)["previous"] == fingerprint(first)


def test_every_release_fits_the_published_schema() -> None:
    installation = fill_installation(40, 60, 80)
    for address, content in installation.sink.files.items():
        if not is_entry(address):
            jsonschema.Draft202012Validator(release_schema()).validate(json.loads(content))


def is_entry(address: str) -> bool:
    return "/ledger/" in address


def test_the_ledger_is_public_byte_for_byte_and_each_entry_before_its_release() -> None:
    installation = fill_installation(40, 60, 80)
    series, files = installation.series, installation.sink.files
    entries = installation.ledger.read_entries(series)
    assert [files[entry_address(series, number)] for number in (1, 2, 3)] == entries
    addresses = list(files)
    for number in (1, 2, 3):
        entry, release = entry_address(series, number), release_address(series, number)
        assert addresses.index(entry) < addresses.index(release)
        assert json.loads(files[release])["ledger"] == fingerprint(files[entry])


def test_entries_of_releases_that_are_out_already_are_published_after_an_upgrade() -> None:
    installation = fill_installation(40, 60)
    before = dict(installation.sink.files)
    for address in filter(is_entry, before):
        del installation.sink.files[address]
    assert installation.publish().new == 0
    assert installation.sink.files == before


def test_another_entry_that_is_public_stops_the_publication_before_its_release() -> None:
    installation = fill_installation(40)
    address = entry_address(installation.series, 2)
    installation.sink.files[address] = b"{}"
    with pytest.raises(AlreadyWritten):
        installation.run_day(60)
    assert installation.sink.files[address] == b"{}"
    assert release_address(installation.series, 2) not in installation.sink.files


def test_publishing_again_changes_nothing() -> None:
    installation = fill_installation(40, 60)
    before = dict(installation.sink.files)
    again = installation.publish()
    assert (again.new, again.changed) == (0, ())
    assert installation.sink.files == before


def test_a_release_published_by_an_earlier_version_of_the_program_stays_and_is_named() -> None:
    installation = fill_installation(40)
    address = release_address(installation.series, 1)
    older = json.dumps(json.loads(installation.sink.files[address]), indent=1).encode()
    installation.sink.files |= {address: older, latest_address(installation.series): older}
    installation.run_day(60)
    assert installation.sink.files[address] == older
    newest = json.loads(installation.sink.files[latest_address(installation.series)])
    assert newest["previous"] == fingerprint(older)


def test_a_site_ahead_of_the_ledger_is_refused() -> None:
    installation = fill_installation(40, 60)
    rolled_back = MemoryLedger()
    rolled_back.append(installation.series, 1, installation.ledger.read_entries(installation.series)[0])
    with pytest.raises(LedgerRolledBack, match="restore the ledger"):
        publish(installation.series, ledger=rolled_back, sink=installation.sink)


def test_a_lost_ledger_is_refused_while_the_site_has_releases() -> None:
    installation = fill_installation(40)
    with pytest.raises(LedgerRolledBack):
        publish(installation.series, ledger=MemoryLedger(), sink=installation.sink)


def test_a_site_published_from_another_ledger_is_refused_before_anything_is_written() -> None:
    installation, other = fill_installation(40), SealingInstallation(bits=make_seeded_bits(2))
    other.run_day(40)
    other.run_day(60)
    before = dict(installation.sink.files)
    with pytest.raises(PublicChainDiffers, match="release 1"):
        publish(installation.series, ledger=other.ledger, sink=installation.sink)
    assert installation.sink.files == before


def test_a_latest_that_is_no_release_is_refused() -> None:
    installation = fill_installation(40)
    document = json.loads(installation.sink.files[latest_address(installation.series)])
    installation.sink.files[latest_address(installation.series)] = json.dumps(document | {"respondents": 41}).encode()
    with pytest.raises(PublicChainDiffers, match=r"latest\.json"):
        installation.publish()


def test_further_files_are_written_before_the_latest_and_again_when_they_change() -> None:
    installation = SealingInstallation()
    installation.receive_some(40)
    installation.clock.pass_by()
    installation.seal()
    pages = Pages(installation)
    done = [pages.publish(text) for text in (b"one", b"one", b"two")]
    assert pages.latest_was_there == [False, True, True]
    assert [outcome.changed for outcome in done] == [(Pages.ADDRESS,), (), (Pages.ADDRESS,)]
    assert installation.sink.files[Pages.ADDRESS] == b"two"


@dataclass
class Pages:
    """A page made of the releases, which notes whether `latest.json` stood when it was asked for."""

    ADDRESS: ClassVar[str] = "etude/results/index.html"
    installation: SealingInstallation
    text: bytes = b""
    latest_was_there: list[bool] = field(default_factory=list)

    def publish(self, text: bytes) -> SeriesPublication:
        self.text = text
        ledger, sink = self.installation.ledger, self.installation.sink
        return publish(self.installation.series, ledger=ledger, sink=sink, extra_files=self.files)

    def files(self, documents: Sequence[ReleaseDocument]) -> Mapping[str, bytes]:
        assert [document.release.number for document in documents] == [1]
        self.latest_was_there.append(latest_address(self.installation.series) in self.installation.sink.files)
        return {self.ADDRESS: self.text}


def test_a_release_lost_by_the_site_comes_back_byte_for_byte() -> None:
    installation = fill_installation(40, 60)
    lost = installation.sink.files.pop(release_address(installation.series, 1))
    installation.publish()
    assert installation.sink.files[release_address(installation.series, 1)] == lost


class PublishingStopped(Exception):
    """The machine was switched off."""


class SinkThatStops(MemorySink):
    """A sink whose machine stops at the n-th write."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.left = writes

    def put_new(self, address: str, content: bytes) -> None:
        self._write()
        super().put_new(address, content)

    def replace(self, address: str, content: bytes, expected: bytes | None) -> bool:
        self._write()
        return super().replace(address, content, expected)

    def _write(self) -> None:
        if self.left == 0:
            raise PublishingStopped
        self.left -= 1


@pytest.mark.parametrize("writes", range(4))
def test_stopped_at_any_write_the_latest_is_whole_or_absent_and_the_next_run_finishes(writes: int) -> None:
    installation = SealingInstallation()
    for responses in (40, 60, 80):
        installation.receive_some(responses)
        installation.clock.pass_by()
        installation.seal()
    undisturbed, stopping = MemorySink(), SinkThatStops(writes)
    publish(installation.series, ledger=installation.ledger, sink=undisturbed)
    with pytest.raises(PublishingStopped):
        publish(installation.series, ledger=installation.ledger, sink=stopping)
    assert latest_address(installation.series) not in stopping.files
    stopping.left = 100
    publish(installation.series, ledger=installation.ledger, sink=stopping)
    assert stopping.files == undisturbed.files


class RivalSink(MemorySink):
    """A sink on which somebody else always writes first."""

    def replace(self, address: str, content: bytes, expected: bytes | None) -> bool:
        self.files[address] = b"{}"
        return super().replace(address, content, expected)


def test_overtaken_by_another_writer_it_stops() -> None:
    installation = fill_installation(40)
    with pytest.raises(Overtaken, match="run the job again"):
        publish(installation.series, ledger=installation.ledger, sink=RivalSink())


def test_a_series_with_no_cohort_publishes_nothing() -> None:
    installation = SealingInstallation()
    assert installation.publish().releases == ()
    assert installation.sink.files == {}
