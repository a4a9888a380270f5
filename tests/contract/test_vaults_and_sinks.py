"""Promises of a `Vault` and of a `Sink`, whatever they are made of."""

from __future__ import annotations

from functools import partial

import pytest

from boucle.core.ports import AlreadyWritten, Sink, Vault
from boucle.storage.published.addresses import BadAddress
from support.submissions import OTHER_WAVE, SERIES
from support.together import run_at_once

LATEST = "parcours/data/candidats/v1/2026/latest.json"


def test_the_vault_keeps_entries_oldest_first_byte_for_byte(vault: Vault) -> None:
    entries = [bytes([number]) * number + b"\x00\xff{}\r\n" for number in range(1, 13)]
    for number in reversed(range(1, 13)):
        vault.keep(SERIES, number, entries[number - 1])
    assert list(vault.read_copies(SERIES)) == entries


def test_the_vault_keeps_series_apart(vault: Vault) -> None:
    vault.keep(SERIES, 1, b"2026")
    assert list(vault.read_copies(OTHER_WAVE)) == []


def test_the_vault_takes_the_same_bytes_again(vault: Vault) -> None:
    vault.keep(SERIES, 1, b"entry")
    vault.keep(SERIES, 1, b"entry")
    assert list(vault.read_copies(SERIES)) == [b"entry"]


def test_the_vault_refuses_other_bytes_and_keeps_the_first(vault: Vault) -> None:
    vault.keep(SERIES, 1, b"entry")
    with pytest.raises(AlreadyWritten):
        vault.keep(SERIES, 1, b"another draw of the noise")
    assert list(vault.read_copies(SERIES)) == [b"entry"]


def test_what_was_not_published_reads_as_none(sink: Sink) -> None:
    sink.put_new("a/b.json", b"{}")
    assert [sink.read(address) for address in ("nothing", "a", "a/c.json", "a/b.json/c")] == [None] * 4


def test_a_release_is_published_once_and_never_changes(sink: Sink) -> None:
    sink.put_new("releases/1.json", b"first")
    sink.put_new("releases/1.json", b"first")
    with pytest.raises(AlreadyWritten):
        sink.put_new("releases/1.json", b"second")
    assert sink.read("releases/1.json") == b"first"


def test_a_first_file_is_published_over_nothing(sink: Sink) -> None:
    assert sink.replace(LATEST, b"1", None)
    assert sink.read(LATEST) == b"1"


def test_a_file_is_published_over_the_expected_one_only(sink: Sink) -> None:
    sink.replace(LATEST, b"1", None)
    assert not sink.replace(LATEST, b"2", None)
    assert not sink.replace(LATEST, b"2", b"0")
    assert sink.read(LATEST) == b"1"
    assert sink.replace(LATEST, b"2", b"1")
    assert sink.read(LATEST) == b"2"


def test_nothing_is_published_over_a_file_that_is_expected_and_missing(sink: Sink) -> None:
    assert not sink.replace(LATEST, b"2", b"1")
    assert sink.read(LATEST) is None


def test_an_empty_file_is_not_nothing(sink: Sink) -> None:
    sink.replace(LATEST, b"", None)
    assert sink.read(LATEST) == b""
    assert not sink.replace(LATEST, b"1", None)
    assert sink.replace(LATEST, b"1", b"")


def test_of_two_replacements_at_once_exactly_one_wins(sink: Sink) -> None:
    sink.replace(LATEST, b"0", None)
    for number in range(10):
        before = str(number).encode()
        after = (str(number + 1).encode(), b"lost")
        won = run_at_once(*[partial(sink.replace, LATEST, content, before) for content in after])
        assert sorted(won) == [False, True]
        sink.replace(LATEST, after[0], after[1])
        assert sink.read(LATEST) == after[0]


@pytest.mark.parametrize(
    "address",
    ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "./a", ".lock", "a/.b", "a\\b", "a\0b", "C:/x"],
)
def test_an_address_outside_the_site_is_refused(sink: Sink, address: str) -> None:
    with pytest.raises(BadAddress):
        sink.read(address)
    with pytest.raises(BadAddress):
        sink.put_new(address, b"")
    with pytest.raises(BadAddress):
        sink.replace(address, b"", None)
