"""The characters of a file: its encoding is declared, or certain, or the file is refused."""

from __future__ import annotations

import codecs
import re

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "UTF-8"),
    # Before UTF-16, whose mark begins the same.
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
BYTE_ORDER_MARK = "\ufeff"
C1_CONTROLS = re.compile("[\x80-\x9f]")

WINDOWS_ONLY = frozenset(b"\x80\x85\x8b\x8c\x91\x92\x93\x94\x95\x96\x97\x99\x9b\x9c")
"""The euro, quotation marks, dashes and the like of Windows-1252, where ISO encodings have no character at all."""
DIFFERENT_IN_LATIN_9 = frozenset(b"\xa4\xa6\xa8\xb4\xb8\xbc\xbd\xbe")
"""What is another character in ISO-8859-15 than in Windows-1252: the euro, oe, and five more."""
OTHER_ALPHABET = re.compile(rb"[\xc0-\xff]{3}")
"""Three accented letters in a row: no Western language writes so, and another alphabet does."""


class BadEncoding(Exception):
    """The characters of a file are not known; the message goes on from its name, and says what to do."""


def decode(content: bytes, declared: str | None = None) -> tuple[str, str]:
    """The name of the encoding, and the text without byte order mark. Raises BadEncoding."""
    marked = next((name for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)), None)
    if declared is not None:
        return declared, _decode_as_declared(content, declared, marked)
    encoding = marked or _find_out(content)
    try:
        return encoding, content.decode(encoding).lstrip(BYTE_ORDER_MARK)
    except UnicodeError:
        raise BadEncoding("is neither UTF-8, nor Windows-1252, nor UTF-16. Save it as UTF-8.") from None


def _decode_as_declared(content: bytes, declared: str, marked: str | None) -> str:
    name = _look_up(declared)
    other = marked if marked and not name.startswith(marked.lower()) else None
    if not name.startswith("utf") and not content.isascii() and _is_utf_8(content):
        # By chance no text of another encoding is sound UTF-8.
        other = "UTF-8"
    try:
        text = content.decode(declared)
    except UnicodeError:
        other, text = other or "of another encoding", ""
    if C1_CONTROLS.search(text):
        other = other or "of another encoding, in which all of its bytes are characters"
    if other:
        raise BadEncoding(f'is {other}, and not {declared}. Correct "encoding" in the mapping.')
    return text.lstrip(BYTE_ORDER_MARK)


def _look_up(declared: str) -> str:
    """Python's name of an encoding. Raises BadEncoding."""
    try:
        "".encode(declared)
        return codecs.lookup(declared).name
    except (LookupError, UnicodeError, ValueError):
        known = "utf-8, windows-1252, iso-8859-15, mac-roman, windows-1256 or utf-16"
        raise BadEncoding(f'cannot be read: no encoding is called "{declared}"; say {known}, for example') from None


def _find_out(content: bytes) -> str:
    """The one encoding that the bytes can be in. Raises BadEncoding where several are likely."""
    if b"\0" in content[:2]:
        # The first character of a table is one of ASCII, or as good as: its other byte is nothing.
        return "UTF-16-BE" if content[0] == 0 else "UTF-16-LE"
    if _is_utf_8(content):
        return "UTF-8"
    if _is_certainly_western(content):
        return "Windows-1252"
    raise BadEncoding(
        "is not UTF-8, and Windows-1252, ISO-8859-15, Mac Roman and others each read other characters in it: "
        'say "encoding" in the mapping, as "iso-8859-15", or save the file as UTF-8'
    )


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode("UTF-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_certainly_western(content: bytes) -> bool:
    """Whether Windows-1252 reads the bytes as they were meant: where it differs from its likes, they speak for it."""
    high = frozenset(byte for byte in content if byte >= 0x80)  # where ASCII ends
    low_controls = frozenset(byte for byte in high if byte < 0xA0)  # where ISO's characters begin
    if not low_controls <= WINDOWS_ONLY or OTHER_ALPHABET.search(content):
        return False
    return bool(low_controls) or not high & DIFFERENT_IN_LATIN_9
