"""The members of a JSON object, asked for by name and type; what is missing, wrong or unknown is said, and where."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NoReturn

from boucle.core.errors import BoucleError


class UnreadableRelease(BoucleError):
    """Bytes that are not a release document."""


class Members:
    """One object of a document, read member by member; every method raises UnreadableRelease."""

    def __init__(self, source: object, place: str = "") -> None:
        if not isinstance(source, dict):
            raise UnreadableRelease(f"this is not a release document: {place or 'it'} is no object. Publish it again")
        self._source: dict[str, object] = source
        self._place = place
        self._known: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._source

    def take(self, name: str) -> object:
        """A member, whatever it is."""
        self._known.add(name)
        if name not in self._source:
            raise UnreadableRelease(f"this release document has no '{name}'{self._where()}: publish it again")
        return self._source[name]

    def text(self, name: str) -> str:
        """A text."""
        found = self.take(name)
        return found if isinstance(found, str) else self._refuse(name, "a text")

    def flag(self, name: str) -> bool:
        """True or false."""
        found = self.take(name)
        return found if isinstance(found, bool) else self._refuse(name, "true or false")

    def whole(self, name: str) -> int:
        """A whole number of zero or more."""
        found = self.integer(name)
        return found if found >= 0 else self._refuse(name, "a whole number of zero or more")

    def integer(self, name: str) -> int:
        """A whole number, below zero too."""
        found = self.take(name)
        if isinstance(found, bool) or not isinstance(found, int):
            return self._refuse(name, "a whole number")
        return found

    def number(self, name: str) -> float:
        """A finite number."""
        found = self.take(name)
        if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
            return self._refuse(name, "a number")
        return found

    def maybe_whole(self, name: str) -> int | None:
        """A whole number, or None where there is none."""
        return self.whole(name) if name in self else None

    def maybe_integer(self, name: str) -> int | None:
        """A whole number, below zero too, or None where there is none."""
        return self.integer(name) if name in self else None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        found = self.take(name)
        if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
            return self._refuse(name, "a list of texts")
        return tuple(found)

    def elements(self, name: str) -> list[object]:
        """A list."""
        found = self.take(name)
        return found if isinstance(found, list) else self._refuse(name, "a list")

    def inside(self, name: str) -> Members:
        """An object."""
        return Members(self.take(name), self._path(name))

    def objects(self, name: str) -> Iterator[Members]:
        """The objects of a list."""
        for position, element in enumerate(self.elements(name)):
            yield Members(element, f"{self._path(name)}[{position}]")

    def refuse_others(self) -> None:
        """Refuse members that nobody asked for."""
        unknown = sorted(set(self._source) - self._known)
        if unknown:
            raise UnreadableRelease(
                f"this release document has a '{unknown[0]}'{self._where()}, which format 1 has not: publish it again"
            )

    def _refuse(self, name: str, wanted: str) -> NoReturn:
        raise UnreadableRelease(f"in this release document, '{self._path(name)}' is not {wanted}: publish it again")

    def _path(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name

    def _where(self) -> str:
        return f" in {self._place}" if self._place else ""
