"""Promises of receipts."""

import hashlib
import hmac
import re

from boucle.core.identity.receipts import ALPHABET, Keyring, derive_key, normalise_receipt, response_key, text_key

KEYS = Keyring(b"0" * 32)
ID = "0b8f7bd0-6d6e-4c3e-9b7a-0e3c8d3f5a11"


def test_the_same_submission_always_gets_the_same_receipt() -> None:
    assert KEYS.make_receipt("s", "2026", ID) == KEYS.make_receipt("s", "2026", ID)


def test_a_receipt_is_sixteen_crockford_letters_in_groups_of_four() -> None:
    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}", KEYS.make_receipt("s", "2026", ID))


def test_another_wave_study_or_master_key_gives_another_receipt() -> None:
    codes = {
        KEYS.make_receipt("s", "2026", ID),
        KEYS.make_receipt("s", "2027", ID),
        KEYS.make_receipt("t", "2026", ID),
        Keyring(b"1" * 32).make_receipt("s", "2026", ID),
    }
    assert len(codes) == 4


def test_what_people_type_is_forgiven() -> None:
    assert normalise_receipt(" k7qf 2m9t-xw4c3bOl ") == "K7QF-2M9T-XW4C-3B01"


def test_what_cannot_be_a_receipt_is_none() -> None:
    assert [normalise_receipt(typed) for typed in ("", "K7QF", "K7QF-2M9T-XW4C-3B8U", "é" * 16)] == [None] * 4


def test_the_names_of_a_response_and_of_its_texts_share_nothing() -> None:
    receipt = KEYS.make_receipt("s", "2026", ID)
    names = {response_key("s", "q", receipt), text_key("s", "q", receipt, "a"), text_key("s", "q", receipt, "b")}
    assert len(names) == 3


def test_derivation_is_hkdf_as_in_rfc_5869() -> None:
    """Test case 3 of the RFC: no salt, no info, 42 bytes; the first block is 32 of them."""
    expected = bytes.fromhex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d")
    assert derive_key(b"\x0b" * 22, "") == expected
    assert hmac.new(bytes(32), b"\x0b" * 22, hashlib.sha256).hexdigest().startswith("19ef24a3")
