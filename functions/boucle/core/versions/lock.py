"""Published versions never change: the lock that lists them with their hashes, and what it says of files.

The lock is text, a line for each file, as `sha256sum --check` reads it. Lines are added and never rewritten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from boucle.core.canonical import sha256_hex
from boucle.core.errors import BoucleError

LOCK_FILE = "published.lock"

HEADER = (
    "# Published versions, which never change: a response names the version that it answers.\n"
    "# Written by `boucle freeze`. To change a questionnaire, copy its file under the next version and edit that.\n"
)

Lock = Mapping[str, str]
"""The SHA-256 of each published file, by its path below the surveys folder."""


class EditedAfterPublication(BoucleError):
    """A published version's file is no longer what respondents answered."""


class UnreadableLock(BoucleError):
    """The lock has a line that is none of ours."""


def parse_lock(text: str) -> Lock:
    """What a lock says. Raises UnreadableLock."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pairs = [line.split("  ", 1) for line in lines]
    wrong = [line for line, pair in zip(lines, pairs, strict=True) if len(pair) != 2 or len(pair[0]) != 64]
    if wrong:
        raise UnreadableLock(f'{LOCK_FILE} has the line "{wrong[0][:80]}": take the file from version control again.')
    return {path: digest for digest, path in pairs}


def format_lock(lock: Lock) -> str:
    """The lock's text, the same for the same files."""
    return HEADER + "".join(f"{lock[path]}  {path}\n" for path in sorted(lock))


def find_edited(lock: Lock, read: Callable[[str], bytes | None]) -> list[str]:
    """The published files that are not what they were, or are gone."""
    contents = {path: read(path) for path in lock}
    return [path for path, content in contents.items() if content is None or sha256_hex(content) != lock[path]]


def remedy_for(path: str) -> str:
    """What to do about a published file that was edited."""
    return f"Take {path} from version control again; to change it, copy it under its next version and edit the copy."
