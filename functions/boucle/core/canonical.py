"""One way to write a document as bytes, so that equal documents have equal hashes."""

from __future__ import annotations

import hashlib
import json


def to_canonical_json(document: object) -> bytes:
    """Compact UTF-8 JSON with sorted keys; the same document always gives the same bytes."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def sha256_hex(content: bytes) -> str:
    """The SHA-256 of some bytes, in 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def fingerprint(content: bytes) -> str:
    """The same, as releases and ledger entries name each other: `sha256:...`."""
    return f"sha256:{sha256_hex(content)}"
