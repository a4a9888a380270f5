"""How one language writes figures: percents, counts, points, means and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from boucle.languages.catalogues import Translator, gettext_noop

NARROW_NO_BREAK_SPACE = "\u202f"
LEFT_TO_RIGHT_MARK = "\u200e"

MONTHS = (
    gettext_noop("January"),
    gettext_noop("February"),
    gettext_noop("March"),
    gettext_noop("April"),
    gettext_noop("May"),
    gettext_noop("June"),
    gettext_noop("July"),
    gettext_noop("August"),
    gettext_noop("September"),
    gettext_noop("October"),
    gettext_noop("November"),
    gettext_noop("December"),
)


@dataclass(frozen=True, slots=True)
class NumberSymbols:
    """A language's decimal mark, its thousands separator, and what stands between a number and %."""

    decimal: str
    thousands: str
    percent: str


ENGLISH_SYMBOLS = NumberSymbols(".", ",", "")
# Arabic as its readers in France and the Maghreb write it: Western digits, decimal comma.
NUMBER_SYMBOLS: Mapping[str, NumberSymbols] = {
    "en": ENGLISH_SYMBOLS,
    "fr": NumberSymbols(",", NARROW_NO_BREAK_SPACE, NARROW_NO_BREAK_SPACE),
    "ar": NumberSymbols(",", NARROW_NO_BREAK_SPACE, NARROW_NO_BREAK_SPACE),
}


@dataclass(frozen=True, slots=True)
class NumberFormatter:
    """Writes the figures of one language."""

    translate: Translator

    @property
    def _symbols(self) -> NumberSymbols:
        return NUMBER_SYMBOLS.get(self.translate.language.partition("-")[0], ENGLISH_SYMBOLS)

    def format_percent(self, share: int) -> str:
        """A share in whole percents: 77 % in French, 77% in English."""
        return f"{self.format_number(share)}{self._symbols.percent}%"

    def format_number(self, value: float) -> str:
        """A number with no decimal: 5 000 in French, 5,000 in English."""
        return self._format_signed(value, 0)

    def format_decimal(self, value: float) -> str:
        """A number with one decimal."""
        return self._format_signed(value, 1)

    def format_hundredths(self, value: float) -> str:
        """A coefficient with two decimals."""
        return self._format_signed(value, 2)

    def format_margin(self, points: float, decimals: int = 0) -> str:
        """A margin without its unit: ± 4."""
        return f"{self._sign_prefix}±{NARROW_NO_BREAK_SPACE}{self._format_signed(points, decimals)}"

    def format_points(self, points: int) -> str:
        """A margin with its unit: ± 4 points."""
        message = gettext_noop("%(margin)s point") if points == 1 else gettext_noop("%(margin)s points")
        return self.translate(message, margin=self.format_margin(points))

    def format_gap(self, points: int) -> str:
        """A difference of two shares, without its sign: 12 points."""
        message = gettext_noop("%(margin)s point") if points == 1 else gettext_noop("%(margin)s points")
        return self.translate(message, margin=self.format_number(points))

    def format_day(self, day: date) -> str:
        """A day, in words."""
        return self.translate(
            "%(day)s %(month)s %(year)s", day=day.day, month=self.translate(MONTHS[day.month - 1]), year=day.year
        )

    @property
    def _sign_prefix(self) -> str:
        # Without this mark, a sign would jump to the other side of its number in Arabic.
        return LEFT_TO_RIGHT_MARK if self.translate.direction == "rtl" else ""

    def _format_signed(self, value: float, decimals: int) -> str:
        sign = "" if value >= 0 else f"{self._sign_prefix}\u2212"
        whole, _, rest = f"{abs(value):,.{decimals}f}".partition(".")
        grouped = whole.replace(",", self._symbols.thousands)
        return f"{sign}{grouped}{self._symbols.decimal}{rest}" if rest else f"{sign}{grouped}"
