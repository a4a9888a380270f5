"""Free texts as moderators and the job see them: the texts, still sealed, or their keys alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from boucle.core.ports import NewText
from boucle.core.study.model import Series
from boucle.storage.transfer_format import ExportedText


@dataclass(frozen=True, slots=True)
class ExportedTextSource:
    """The free texts of a store that can be copied, on one machine or on AWS; a `TextSource`."""

    export_texts: Callable[[], Iterable[ExportedText]]

    def texts(self) -> Iterator[NewText]:
        for text in self.export_texts():
            series = Series(text.study, text.questionnaire, text.major, text.wave)
            yield NewText(
                key=text.key,
                series=series,
                question=text.question,
                payload=text.payload,
                expires=date.fromisoformat(text.expires),
            )

    def keys(self) -> frozenset[str]:
        """Their keys alone, which open nothing."""
        return frozenset(text.key for text in self.export_texts())
