"""How one language writes figures: percents, counts, points, means and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from boucle.languages.catalogues import Words, marked

NARROW = "\u202f"
LEFT_TO_RIGHT = "\u200e"

MONTHS = (
    marked("January"),
    marked("February"),
    marked("March"),
    marked("April"),
    marked("May"),
    marked("June"),
    marked("July"),
    marked("August"),
    marked("September"),
    marked("October"),
    marked("November"),
    marked("December"),
)


@dataclass(frozen=True, slots=True)
class Marks:
    """A language's decimal mark, its thousands separator, and what stands between a number and %."""

    decimal: str
    thousands: str
    percent: str


ENGLISH = Marks(".", ",", "")
# Arabic as its readers in France and the Maghreb write it: Western digits, decimal comma.
MARKS: Mapping[str, Marks] = {"en": ENGLISH, "fr": Marks(",", NARROW, NARROW), "ar": Marks(",", NARROW, NARROW)}


@dataclass(frozen=True, slots=True)
class Figures:
    """Writes the figures of one language."""

    words: Words

    @property
    def _marks(self) -> Marks:
        return MARKS.get(self.words.language.partition("-")[0], ENGLISH)

    def percent(self, share: int) -> str:
        """A share in whole percents: 77 % in French, 77% in English."""
        return f"{self.number(share)}{self._marks.percent}%"

    def number(self, value: float) -> str:
        """A number with no decimal: 5 000 in French, 5,000 in English."""
        return self._signed(value, 0)

    def decimal(self, value: float) -> str:
        """A number with one decimal."""
        return self._signed(value, 1)

    def hundredths(self, value: float) -> str:
        """A coefficient with two decimals."""
        return self._signed(value, 2)

    def margin(self, points: float, decimals: int = 0) -> str:
        """A margin without its unit: ± 4."""
        return f"{self._before}±{NARROW}{self._signed(points, decimals)}"

    def points(self, points: int) -> str:
        """A margin with its unit: ± 4 points."""
        message = marked("%(margin)s point") if points == 1 else marked("%(margin)s points")
        return self.words(message, margin=self.margin(points))

    def gap(self, points: int) -> str:
        """A difference of two shares, without its sign: 12 points."""
        message = marked("%(margin)s point") if points == 1 else marked("%(margin)s points")
        return self.words(message, margin=self.number(points))

    def day(self, day: date) -> str:
        """A day, in words."""
        return self.words(
            "%(day)s %(month)s %(year)s", day=day.day, month=self.words(MONTHS[day.month - 1]), year=day.year
        )

    @property
    def _before(self) -> str:
        # Without this mark, a sign would jump to the other side of its number in Arabic.
        return LEFT_TO_RIGHT if self.words.direction == "rtl" else ""

    def _signed(self, value: float, decimals: int) -> str:
        sign = "" if value >= 0 else f"{self._before}\u2212"
        whole, _, rest = f"{abs(value):,.{decimals}f}".partition(".")
        grouped = whole.replace(",", self._marks.thousands)
        return f"{sign}{grouped}{self._marks.decimal}{rest}" if rest else f"{sign}{grouped}"
