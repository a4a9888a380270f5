"""Free texts as moderators and the job see them: the texts, still sealed, or their keys alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from boucle.core.ports import NewText
from boucle.core.study.model import Series
from boucle.storage.transfer_format import KeptText


@dataclass(frozen=True, slots=True)
class KeptShelf:
    """The free texts of a store that can be copied, on one machine or on AWS; a `Shelf`."""

    kept: Callable[[], Iterable[KeptText]]

    def texts(self) -> Iterator[NewText]:
        for each in self.kept():
            series = Series(each.study, each.questionnaire, each.major, each.wave)
            yield NewText(
                key=each.key,
                series=series,
                question=each.question,
                payload=each.payload,
                expires=date.fromisoformat(each.expires),
            )

    def keys(self) -> frozenset[str]:
        """Their keys alone, which open nothing."""
        return frozenset(each.key for each in self.kept())
