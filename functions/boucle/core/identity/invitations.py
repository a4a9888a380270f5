"""Invitations: single-use codes that are signed, so that no list of them need be kept where answers arrive.

A code is a number and its tag, a PRF of the number; the number is masked under the tag, so that codes of one batch do
not look alike. What is kept of a used code is a one-way name, and a mark that only the submission that used it can
make again. Neither is derived from anything that is kept of an answer.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from boucle.core.identity.receipts import ALPHABET, normalise_code, spell_code

NUMBER_BITS, TAG_BYTES = 20, 5
MAX_NUMBER = (1 << NUMBER_BITS) - 1
"""The highest number of an invitation; the first is 1."""
CODE_LENGTH = (NUMBER_BITS + 8 * TAG_BYTES) // 5
"""Letters and digits: fewer than a receipt has, so that nobody takes one for the other."""
DIGEST_BYTES = 16
"""Of each digest that is kept; enough that no two ever meet."""


@dataclass(frozen=True, slots=True)
class Invitations:
    """The codes of one questionnaire in one wave, under the key that signs them."""

    key: bytes

    def make_code(self, number: int) -> str:
        """The code of that number: `K7QF-2M9T-XW4C`. Raises ValueError for a number that has none."""
        if not 1 <= number <= MAX_NUMBER:
            raise ValueError(f"an invitation has a number from 1 to {MAX_NUMBER}, not {number}")
        tag = self._make_tag(number)
        return spell_code(int.from_bytes(tag) << NUMBER_BITS | number ^ self._make_mask(tag), CODE_LENGTH)

    def read(self, typed: str) -> str | None:
        """The code that somebody meant, as we write it; None when we never signed such a one."""
        code = normalise_code(typed, CODE_LENGTH)
        return code if code is not None and self._is_signed(_decode(code)) else None

    def _is_signed(self, code: int) -> bool:
        tag = (code >> NUMBER_BITS).to_bytes(TAG_BYTES)
        number = code & MAX_NUMBER ^ self._make_mask(tag)
        return number > 0 and hmac.compare_digest(tag, self._make_tag(number))

    def _make_tag(self, number: int) -> bytes:
        return hmac.digest(self.key, b"tag" + number.to_bytes(3), "sha256")[:TAG_BYTES]

    def _make_mask(self, tag: bytes) -> int:
        digest = hmac.digest(self.key, b"mask" + tag, "sha256")
        return int.from_bytes(digest) & MAX_NUMBER


def key_of_used_invitation(study: str, questionnaire: str, wave: str, code: str) -> str:
    """The name under which a used code is kept."""
    written = "|".join(("invitation", study, questionnaire, wave, code))
    return hashlib.sha256(written.encode()).digest()[:DIGEST_BYTES].hex()


def mark_of_used_invitation(submission_id: str, code: str) -> str:
    """What tells a repeat of the submission that used a code from another one; nothing to whoever lacks its id."""
    return hmac.digest(submission_id.encode(), f"invitation|{code}".encode(), "sha256")[:DIGEST_BYTES].hex()


def _decode(code: str) -> int:
    number = 0
    for letter in code.replace("-", ""):
        number = number << 5 | ALPHABET.index(letter)
    return number
