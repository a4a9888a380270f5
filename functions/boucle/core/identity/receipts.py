"""Receipts and the keys made from them: what lets a person come back, and nobody else find them.

An 80-bit code is derived from the submission id under a key of the study and wave, so that sending the same
submission again gives the same code without reading anything. The store only ever sees one-way derivations of the
code: one names the response, another one each free text, and the two cannot be linked without the code.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from boucle.core.canonical import sha256_hex

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FORGIVEN_LETTERS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
CODE_BYTES = 10
CODE_LENGTH = 16
GROUP_LENGTH = 4
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
"""Ten bits at a time: receipts are written for every submission."""
CANONICAL_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys derived from the installation's master key; rotating the master touches later waves only."""

    master: bytes

    def make_receipt(self, study: str, wave: str, submission_id: str) -> str:
        """The code for a submission: `K7QF-2M9T-XW4C-3B8N`."""
        key = derive_key(self.master, f"receipt|{study}|{wave}")
        digest = hmac.digest(key, submission_id.encode(), "sha256")
        return spell_code(int.from_bytes(digest[:CODE_BYTES]), CODE_LENGTH)

    def derive_invitation_key(self, study: str, questionnaire: str, wave: str) -> bytes:
        """The key that signs the invitations of one questionnaire in one wave."""
        return derive_key(self.master, f"invitation|{study}|{questionnaire}|{wave}")

    def derive_form_key(self) -> bytes:
        """The key that signs a submission id on its way through a form without script."""
        return derive_key(self.master, "form")


@lru_cache(maxsize=256)  # one for each wave: the same few are asked for with every submission
def derive_key(master: bytes, purpose: str, length: int = 32) -> bytes:
    """HKDF with SHA-256 (RFC 5869), no salt, one output block."""
    extracted = hmac.digest(bytes(32), master, "sha256")
    return hmac.digest(extracted, purpose.encode() + b"\x01", "sha256")[:length]


def normalise_receipt(typed: str) -> str | None:
    """The code that somebody meant, forgiving case, spaces, dashes and O, I, L; None if it cannot be one."""
    return normalise_code(typed, CODE_LENGTH)


def normalise_code(typed: str, length: int) -> str | None:
    """A code of that many letters and digits as we write it, whatever its case and dashes; None if it cannot be one."""
    code = typed.strip().upper().translate(FORGIVEN_LETTERS)
    if len(code) != length or set(code) - set(ALPHABET):
        return None
    return _group(code)


def spell_code(number: int, length: int) -> str:
    """A number in that many letters and digits (an even number) of Crockford's base32, in groups of four."""
    return _group("".join([PAIRS[number >> shift & 1023] for shift in range(length * 5 - 10, -1, -10)]))


def response_key(study: str, questionnaire: str, receipt: str) -> str:
    """The name under which a response is stored."""
    return _hash_one_way("response", study, questionnaire, receipt)


def text_key(study: str, questionnaire: str, receipt: str, question: str) -> str:
    """The name under which a free text is stored; it shares nothing visible with the response's."""
    return _hash_one_way("text", study, questionnaire, receipt, question)


def body_digest(submission_id: str, body: Mapping[str, object]) -> str:
    """Tells a replay from a conflict, and nothing to whoever lacks the submission id."""
    return hmac.digest(submission_id.encode(), CANONICAL_ENCODER.encode(body).encode(), "sha256").hex()


def _hash_one_way(*parts: str) -> str:
    return sha256_hex("|".join(parts).encode())


def _group(code: str) -> str:
    return "-".join([code[at : at + GROUP_LENGTH] for at in range(0, len(code), GROUP_LENGTH)])
