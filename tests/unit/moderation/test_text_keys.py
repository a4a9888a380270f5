"""Free texts are sealed on arrival, and only the copies of the private key open them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from boucle.bootstrap.local import describe_text_protection
from boucle.cli import main
from boucle.config.settings import Settings
from boucle.core.identity.free_text import BLOCK_BYTES, FreeTextAnswer, pad
from boucle.moderation.keys import (
    KeyInUse,
    UselessCopy,
    check_copy,
    generate_text_key,
    open_text,
    read_copy,
    write_pair,
)
from boucle.moderation.sealing import DamagedTextKey, make_sealer
from support import api

VERBATIM = FreeTextAnswer("On m'a écouté, enfin.", "fr", consent=True)


def boucle(home: Path, *words: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--home", str(home), *map(str, words)])
    return result.exit_code, result.output


def test_a_sealed_text_comes_back_whole_with_the_private_key_and_with_no_other() -> None:
    key, other = generate_text_key(), generate_text_key()
    sealed = make_sealer(key.public)(pad(VERBATIM))
    assert open_text(sealed, [other, key]) == VERBATIM
    assert open_text(sealed, [other]) is None


def test_nothing_of_a_text_is_readable_in_what_is_stored_not_even_its_length() -> None:
    seal = make_sealer(generate_text_key().public)
    short, long = (seal(pad(FreeTextAnswer(text, "fr", consent=True))) for text in ("non", "oui " * 200))
    assert len(short) == len(long)
    assert b"oui" not in long
    assert seal(pad(VERBATIM)) != seal(pad(VERBATIM))


@pytest.mark.parametrize("length", [1, 10, 900, 1000, 3000])
def test_a_text_stored_before_there_was_a_key_is_still_read(length: int) -> None:
    early = FreeTextAnswer("é" * length, "fr", consent=False)
    assert len(pad(early)) % BLOCK_BYTES == 0
    assert open_text(pad(early), [generate_text_key()]) == early


def test_both_copies_open_what_is_sealed_and_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    copies = [tmp_path / "a.key", tmp_path / "b.key"]
    status, said = boucle(tmp_path / "home", "keys", "new", *copies)
    assert status == 0, said
    assert [file.stat().st_mode & 0o777 for file in copies] == [0o600, 0o600]
    status, said = boucle(tmp_path / "home", "keys", "check", *copies)
    assert (status, said.count("opens what this installation seals")) == (0, 2)


def test_the_private_key_is_nowhere_in_the_home(tmp_path: Path) -> None:
    boucle(tmp_path / "home", "keys", "new", tmp_path / "a.key", tmp_path / "b.key")
    private = read_copy(tmp_path / "a.key").private
    held = b"".join(file.read_bytes() for file in (tmp_path / "home").rglob("*") if file.is_file())
    assert held
    assert private not in held
    assert b"private" not in held


def test_one_file_given_twice_is_not_two_copies(tmp_path: Path) -> None:
    status, said = boucle(tmp_path / "home", "keys", "new", tmp_path / "a.key", tmp_path / "." / "a.key")
    assert status == 1
    assert "two places" in said
    assert not (tmp_path / "a.key").exists()


def test_a_key_in_use_is_never_overwritten(tmp_path: Path) -> None:
    public = tmp_path / "texts.pub"
    write_pair(generate_text_key(), public, [tmp_path / "a", tmp_path / "b"])
    before = public.read_text()
    with pytest.raises(KeyInUse, match="Nothing was written"):
        write_pair(generate_text_key(), public, [tmp_path / "c", tmp_path / "d"])
    assert public.read_text() == before
    assert not (tmp_path / "c").exists()


def test_a_copy_that_rotted_or_belongs_elsewhere_fails_its_check(tmp_path: Path) -> None:
    key = generate_text_key()
    write_pair(key, tmp_path / "texts.pub", [tmp_path / "a", tmp_path / "b"])
    with pytest.raises(UselessCopy, match="another installation"):
        check_copy(tmp_path / "a", generate_text_key().public)
    (tmp_path / "b").write_text((tmp_path / "b").read_text().replace('"private": "', '"private": "AA'))
    with pytest.raises(UselessCopy, match="holds no private key"):
        check_copy(tmp_path / "b", key.public)
    assert boucle(tmp_path, "keys", "check", tmp_path / "a", tmp_path / "b")[0] == 1


def test_a_damaged_public_key_stops_the_server_rather_than_lose_texts() -> None:
    with pytest.raises(DamagedTextKey, match="backup"):
        make_sealer("c2hvcnQ=")


def test_whoever_starts_a_server_is_told_whether_texts_are_readable_on_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert "UNENCRYPTED" in describe_text_protection(settings)
    write_pair(generate_text_key(), settings.text_key_file, [tmp_path / "a", tmp_path / "b"])
    assert "sealed" in describe_text_protection(settings)


def test_the_api_stores_sealed_texts_only() -> None:
    key = generate_text_key()
    installation = api.ApiInstallation(seal_text=make_sealer(key.public))
    sent = installation.send({**api.MINIMAL_ANSWERS, "message": "Madame Dupont m'a aidé"}, consent=["message"])
    assert sent.status_code == 201
    [stored] = installation.store.texts.values()
    assert b"Dupont" not in stored.payload
    assert open_text(stored.payload, [key]) == FreeTextAnswer("Madame Dupont m'a aidé", "fr", consent=True)
