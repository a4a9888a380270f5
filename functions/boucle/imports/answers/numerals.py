"""A number as people and spreadsheets write it. What could mean two numbers is refused, never guessed."""

from __future__ import annotations

import re
import unicodedata

from boucle.imports.answers.spelling import fold

ARABIC_DECIMAL = "\u066b"
MARKS = frozenset(f".,{ARABIC_DECIMAL}")
"""What may stand before the decimals."""
GROUPING = frozenset(" '\u2019\u066c.,")
"""What may stand between thousands: a space, apostrophes, the Arabic separator, and either mark."""
DIGITS_OF_GROUP = 3
MAX_CHARACTERS = 40
SHAPE = re.compile(rf"([+-]?) ?((?:[0-9]|[{''.join(sorted(GROUPING | MARKS))}](?=[0-9]))+)")


class UncertainMark(Exception):
    """A comma or a point that may stand before decimals or between thousands."""


def read_number(cell: str, decimal: str | None = None, unit: str | None = None) -> int | float | None:
    """The number in a cell, None where there is none. Raises UncertainMark where it could be two numbers.

    `decimal` is the mark before decimals ("." or ","); without it, a mark that can only be one thing is read.
    """
    shape = SHAPE.fullmatch(spell_in_ascii(_strip_unit(fold(cell), fold(unit or ""))))
    if shape is None or len(shape[0]) > MAX_CHARACTERS:
        return None
    sign, body = shape.groups()
    groups, marks = re.split("[^0-9]", body), re.findall("[^0-9]", body)
    decimals = groups.pop() if marks and _is_decimal(groups, marks, decimal) else ""
    between = marks[:-1] if decimals else marks
    if not _are_thousands(groups, between, marks[-1] if decimals else decimal):
        return None
    number = float(f"{sign}{''.join(groups) or 0}.{decimals}") if decimals else int(f"{sign}{''.join(groups)}")
    # One number, however it is written: a spreadsheet makes 8.0 of 8.
    return int(number) if number == int(number) else number


def _strip_unit(text: str, unit: str) -> str:
    bare = text.removesuffix(unit)
    return (text.removeprefix(unit) if bare == text else bare).strip()


def spell_in_ascii(text: str) -> str:
    """The same with the digits 0 to 9: Arabic, Persian, Indian and wide ones are other characters."""
    plain = (str(unicodedata.decimal(character, character)) for character in text)
    return "".join(plain).replace("\u2212", "-")


def _is_decimal(groups: list[str], marks: list[str], declared: str | None) -> bool:
    """Whether decimals follow the last mark. Raises UncertainMark."""
    last = marks[-1]
    if last not in MARKS or last == ARABIC_DECIMAL or declared:
        return last in MARKS and last in (ARABIC_DECIMAL, declared)
    if len(marks) > 1:
        # 1.234.567 repeats its mark, 1.234,5 does not.
        return last not in marks[:-1]
    if _are_thousands(groups, marks, None):
        raise UncertainMark
    return True


def _are_thousands(groups: list[str], marks: list[str], decimal: str | None) -> bool:
    """Whether these digits are parted as thousands are, by one mark that is not the decimal's; or not at all."""
    if not marks:
        return True
    sizes_fit = 1 <= len(groups[0]) <= DIGITS_OF_GROUP and {len(group) for group in groups[1:]} == {DIGITS_OF_GROUP}
    # Nobody parts 125 as 0,125: there the mark stands before decimals.
    return sizes_fit and groups[0][0] != "0" and len(set(marks)) == 1 and marks[0] in GROUPING and marks[0] != decimal
