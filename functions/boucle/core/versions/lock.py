"""Published versions never change: the lock that lists them with their hashes, and what it says of files.

The lock is text, a line for each file, as `sha256sum --check` reads it. Lines are added and never rewritten. Its last
lines, which `sha256sum` passes over, say which versions were frozen under earlier rules of what a change is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set

from boucle.core.canonical import sha256_hex
from boucle.core.errors import BoucleError

LOCK_FILE = "published.lock"

HEADER = (
    "# Published versions, which never change: a response names the version that it answers.\n"
    "# Written by `boucle freeze`. To change a questionnaire, copy its file under the next version and edit that.\n"
)
EDITION_LINE = "# Frozen under the second rules of what a change is, but for those named below, if any."
FIRST_EDITION_PREFIX = "# first rules: "

Lock = Mapping[str, str]
"""The SHA-256 of each published file, by its path below the surveys folder."""


class OtherVersionLocked(BoucleError):
    """What is served is not what the first answer to that version was given to; nothing was stored."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is not what its first answer locked. {remedy_for(path)}")


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


def find_first_edition(text: str) -> Set[str]:
    """The versions in a lock that were frozen under the first rules: all of them where it says nothing of rules."""
    lines = text.splitlines()
    if EDITION_LINE not in lines:
        return parse_lock(text).keys()
    return {line.removeprefix(FIRST_EDITION_PREFIX) for line in lines if line.startswith(FIRST_EDITION_PREFIX)}


def format_lock(lock: Lock, first_edition: Set[str] = frozenset()) -> str:
    """The lock's text, the same for the same files."""
    lines = "".join(f"{lock[path]}  {path}\n" for path in sorted(lock))
    earlier = "".join(f"{FIRST_EDITION_PREFIX}{path}\n" for path in sorted(first_edition))
    return f"{HEADER}{lines}{EDITION_LINE}\n{earlier}"


def hash_version(content: bytes) -> str:
    """The hash that locks a version's file: the same on every system, whatever ends its lines."""
    return sha256_hex(content.replace(b"\r\n", b"\n"))


def is_locked_content(content: bytes, digest: str) -> bool:
    """Whether a file is what was locked; locks of 0.1.0 hashed it with the ends of lines that it had."""
    return digest in {hash_version(content), sha256_hex(content)}


def find_edited(lock: Lock, read: Callable[[str], bytes | None]) -> list[str]:
    """The published files that are not what they were, or are gone."""
    contents = {path: read(path) for path in lock}
    return [path for path, content in contents.items() if content is None or not is_locked_content(content, lock[path])]


def remedy_for(path: str) -> str:
    """What to do about a published file that was edited."""
    return f"Take {path} from version control again; to change it, copy it under its next version and edit the copy."
