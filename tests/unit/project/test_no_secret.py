"""No secret lies in the repository: nothing that a program would take for a key stands in any file of it."""

from __future__ import annotations

import re
import subprocess

from support.builders import REPOSITORY

KEYS = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bghp_\w{36}\b|\bxox[abp]-\w{10,}|AGE-SECRET-KEY-1\w{10,}|"
    rb"(?i:(?:password|passwd|api_?key|secret_?key)\s*[:=]\s*[\"'][^\"'\s]{12,}[\"'])"
)
NEVER_KEPT = (".key", ".pem", ".sqlite3", ".sqlite", ".env", ".tar", ".jsonl", ".gz")
FIRST_VERSION = "tests/fixtures/v0.1.0/"
INVENTED = {
    FIRST_VERSION + name
    for name in (
        "backup.tar.gz",
        "export.jsonl.gz",
        "texts.key",
        "home/invitations.sqlite3",
        "home/ledger.sqlite3",
        "home/master.key",
        "home/moderation.sqlite3",
        "home/responses.sqlite3",
    )
}
"""What v0.1.0 left of invented people, for later versions to open; its keys open nothing else. Each by its name."""


def files() -> list[str]:
    """Every file that git keeps, or would."""
    said = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    return [name for name in said.stdout.decode().split("\0") if (REPOSITORY / name).is_file()]


def test_no_file_holds_what_looks_like_a_key() -> None:
    found = [name for name in files() if KEYS.search((REPOSITORY / name).read_bytes())]
    assert found == []


def test_no_key_store_or_backup_is_kept() -> None:
    kept = files()
    assert len(kept) > 500
    assert {name for name in kept if name.endswith(NEVER_KEPT)} == INVENTED


def test_a_key_would_be_found() -> None:
    assert KEYS.search(b"AKIA" + b"ABCDEFGHIJ234567")
    assert KEYS.search(b"-----BEGIN RSA " + b"PRIVATE KEY-----")
