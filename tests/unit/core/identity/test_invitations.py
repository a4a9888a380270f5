"""Promises of invitation codes, and of what is kept of those that were used."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from boucle.core.identity.invitations import MAX_NUMBER, Invitations, key_of_used_invitation, mark_of_used_invitation
from boucle.core.identity.receipts import ALPHABET, Keyring, normalise_receipt
from boucle.core.ports import UsedInvitation
from boucle.storage.sqlite_store.used_invitations import SqliteUsedInvitations
from support.sqlite_files import read_everything
from support.submissions import new_used_invitation

KEYS = Keyring(b"0" * 32)
OURS = Invitations(KEYS.derive_invitation_key("etude", "candidats", "2026"))
ID = "0b8f7bd0-6d6e-4c3e-9b7a-0e3c8d3f5a11"


def test_a_code_is_twelve_crockford_letters_which_no_receipt_is() -> None:
    code = OURS.make_code(1)
    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{2}}[{ALPHABET}]{{4}}", code)
    assert normalise_receipt(code) is None
    assert OURS.read(KEYS.make_receipt("etude", "2026", ID)) is None


def test_every_number_has_a_code_of_its_own_and_the_first_and_last_are_read() -> None:
    codes = {OURS.make_code(number) for number in (*range(1, 3000), MAX_NUMBER)}
    assert len(codes) == 3000
    assert all(OURS.read(code) == code for code in codes)


@pytest.mark.parametrize("number", [0, -1, MAX_NUMBER + 1])
def test_other_numbers_have_none(number: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 1048575"):
        OURS.make_code(number)


def test_neighbours_do_not_look_alike() -> None:
    """No position of the code tells which batch it is of."""
    columns = zip(*(OURS.make_code(number).replace("-", "") for number in range(1, 400)), strict=True)
    assert min(len(set(column)) for column in columns) >= 28


def test_what_people_type_is_forgiven() -> None:
    code = next(number_code for number_code in map(OURS.make_code, range(1, 400)) if {"0", "1"} <= set(number_code))
    typed = code.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert OURS.read(f" {typed} ") == code


def test_a_code_with_one_letter_changed_is_not_ours() -> None:
    code = OURS.make_code(7)
    changed = {
        code[:at] + letter + code[at + 1 :]
        for at in range(len(code))
        for letter in ALPHABET
        if code[at] not in {"-", letter}
    }
    assert len(changed) == 12 * 31
    assert not any(OURS.read(changed_code) for changed_code in changed)


def test_a_code_holds_for_one_questionnaire_one_wave_one_study_and_one_master_key() -> None:
    others = [
        KEYS.derive_invitation_key("etude", "candidats", "2027"),
        KEYS.derive_invitation_key("etude", "professionnels", "2026"),
        KEYS.derive_invitation_key("autre", "candidats", "2026"),
        Keyring(b"1" * 32).derive_invitation_key("etude", "candidats", "2026"),
    ]
    assert not any(Invitations(key).read(OURS.make_code(1)) for key in others)


def test_what_is_kept_depends_on_all_that_names_a_code_and_its_mark_on_the_submission_too() -> None:
    code, other = OURS.make_code(1), OURS.make_code(2)
    names = {
        key_of_used_invitation(*triple)
        for triple in [("s", "q", "w", code), ("s", "q", "v", code), ("s", "q", "w", other)]
    }
    marks = {
        mark_of_used_invitation(ID, code),
        mark_of_used_invitation(ID, other),
        mark_of_used_invitation(ID.replace("0", "1"), code),
    }
    assert len(names | marks) == 6
    assert all(len(name) == 32 for name in names | marks)


def use_in(file: Path, codes: Sequence[UsedInvitation]) -> bytes:
    """What a file and whatever SQLite keeps beside it hold, once these codes were spent in this order."""
    with closing(SqliteUsedInvitations(file)) as spent:
        assert all(spent.redeem(used_code) for used_code in codes)
        return read_everything(file) + b"".join(log.read_bytes() for log in sorted(file.parent.glob(f"{file.name}-*")))


def test_the_file_is_the_same_byte_for_byte_whoever_came_first(tmp_path: Path) -> None:
    """Large enough to spread over pages of its own, and read while it is open: there is no log beside it."""
    codes = [new_used_invitation(number) for number in range(80)]
    files = []
    for order in range(3):
        random.Random(order).shuffle(codes)
        files.append(use_in(tmp_path / f"{order}.sqlite3", codes))
    assert files[0] == files[1] == files[2]


def test_used_codes_are_read_back_by_key_and_deleted_when_their_wave_is_over(tmp_path: Path) -> None:
    over, open_ = date(2026, 3, 1), date(2026, 9, 1)
    codes = [new_used_invitation(number, expires=over if number % 2 else open_) for number in range(20)]
    with closing(SqliteUsedInvitations(tmp_path / "spent.sqlite3")) as spent:
        spent.add_all(codes)
        assert list(spent.read_all()) == sorted(codes, key=lambda used_code: (used_code.expires, used_code.key))
        assert spent.expire(over) == 10
        assert {used_code.expires for used_code in spent.read_all()} == {open_}
        assert spent.expire(over) == 0
