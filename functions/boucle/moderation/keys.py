"""The pair of keys of free texts: the public half in the installation, two copies of the private half offline."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from boucle.core.errors import BoucleError
from boucle.core.identity.free_text import BLOCK_BYTES, FreeTextAnswer, unpad
from boucle.moderation.sealing import DamagedTextKey, decode_key, encode_key, make_sealer

KEY_FILE_KIND = "boucle: private key of free texts"
TRIAL_BYTES = 64


class KeyInUse(BoucleError):
    """A pair of keys that exists must not be overwritten: what was sealed to it could never be read again."""


class UselessCopy(BoucleError):
    """A file that does not open what the installation seals."""


@dataclass(frozen=True, slots=True)
class TextKey:
    """The private half; it knows the public one."""

    private: bytes = field(repr=False)

    @property
    def public(self) -> str:
        """The public half, as the installation keeps it."""
        return encode_key(bytes(PrivateKey(self.private).public_key))

    def unseal(self, sealed: bytes) -> bytes | None:
        """What was sealed to this key; None when it was sealed to another."""
        try:
            return SealedBox(PrivateKey(self.private)).decrypt(sealed)
        except CryptoError:
            return None


def generate_text_key() -> TextKey:
    """A new private half, from the system's own chance."""
    return TextKey(secrets.token_bytes(PrivateKey.SIZE))


def write_pair(key: TextKey, public_file: Path, copies: Sequence[Path]) -> None:
    """Write both copies of the private half, test what was written, then the public half. Raises KeyInUse."""
    for file in (public_file, *copies):
        if file.exists():
            raise KeyInUse(
                f"{file} exists. Nothing was written. To change keys, move it elsewhere and keep it: what was sealed "
                "to it is read with it only, until it expires."
            )
    content = json.dumps({"kind": KEY_FILE_KIND, "public": key.public, "private": encode_key(key.private)}, indent=2)
    for file in copies:
        _write_private(file, content)
    for file in copies:
        check_copy(file, key.public)
    # Last: texts are sealed from the moment this file is there.
    public_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_private(public_file, key.public + "\n")


def _write_private(file: Path, content: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def read_copy(file: Path) -> TextKey:
    """The private half in a file. Raises UselessCopy."""
    try:
        document = json.loads(file.read_text(encoding="ascii"))
        key = TextKey(decode_key(document["private"]))
        sound = document["kind"] == KEY_FILE_KIND and document["public"] == key.public
    except (OSError, ValueError, KeyError, TypeError, DamagedTextKey):
        sound = False
    if not sound:
        raise UselessCopy(f"{file} holds no private key of free texts: make another copy from one that does")
    return key


def check_copy(file: Path, public_key: str) -> None:
    """Seal something as the installation does, and open it with this copy. Raises UselessCopy."""
    trial = secrets.token_bytes(TRIAL_BYTES)
    if read_copy(file).unseal(make_sealer(public_key)(trial)) != trial:
        raise UselessCopy(f"{file} is the private key of another installation: it reads none of the texts sealed here")


def open_text(payload: bytes, keys: Sequence[TextKey]) -> FreeTextAnswer | None:
    """A stored text, whether sealed to one of these keys or stored before there was one; None when none opens it."""
    # A sealed box is longer than its content by a constant that is no multiple of a block.
    if len(payload) % BLOCK_BYTES == 0:
        return unpad(payload)
    return next((unpad(text) for key in keys if (text := key.unseal(payload)) is not None), None)
