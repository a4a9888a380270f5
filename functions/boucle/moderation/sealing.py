"""Seals free texts to a public key whose other half is offline (libsodium's sealed boxes).

Who holds the function, its memory afterwards, or the database reads nothing: a sealed box cannot be opened even by
the one who made it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from nacl.public import PublicKey, SealedBox

from boucle.core.errors import BoucleError


class DamagedTextKey(BoucleError):
    """What should be a key of free texts is none."""


def make_sealer(public_key: str) -> Callable[[bytes], bytes]:
    """Seals to this key, as `boucle keys new` wrote it. Raises DamagedTextKey."""
    box = SealedBox(PublicKey(decode_key(public_key)))
    return box.encrypt


def decode_key(text: str) -> bytes:
    """The 32 bytes of a key in base64. Raises DamagedTextKey."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != PublicKey.SIZE:
        raise DamagedTextKey(
            "the key of free texts is damaged: put its backup back, or take the public key from a copy of the "
            "private one, where it stands too"
        )
    return key


def encode_key(key: bytes) -> str:
    """A key in base64."""
    return base64.b64encode(key).decode("ascii")
