"""A proof of work: what makes a thousand submissions cost a thousand times one, and one a second or two of a phone.

The sender looks for a `proof` such that SHA-256(seed + proof) begins with enough zero bits, where the seed is the first
32 hexadecimal digits of SHA-256("study/questionnaire/submission id"). It serves no other submission. No day is in it:
what waits on a phone without network must still be taken when the network is back.
"""

from __future__ import annotations

from hashlib import sha256

from boucle.core.canonical import sha256_hex

MAX_PROOF_CHARACTERS = 16
SEED_DIGITS = 32


def is_proven(study: str, questionnaire: str, submission_id: str, proof: str, bits: int) -> bool:
    """Whether the work was done for this submission."""
    seed = sha256_hex(f"{study}/{questionnaire}/{submission_id}".encode())[:SEED_DIGITS]
    found = sha256((seed + proof).encode()).digest()
    return int.from_bytes(found) >> (8 * len(found) - bits) == 0
