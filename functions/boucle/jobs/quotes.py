"""Publishes approved verbatims: in batches, in random places, with no date, no id and no link to other answers.

What was withdrawn leaves the moderators' book first, then the published file, at every run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from boucle.core.ports import Bits, Clock, Sink
from boucle.core.study.model import Series, Study
from boucle.jobs.publish import build_heading, data_address, encode_document, write_changed
from boucle.moderation.ports import Book, PublishedQuote, Quotes
from boucle.pages.results.free_texts import VERBATIMS

MIN_BATCH = 20
PLACE_BITS = 62
"""A random number a text: within a batch, its place tells nothing of when it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotePublisher:
    """The part of the job that publishes verbatims. It never sees a text that nobody approved."""

    stored_keys: Callable[[], Set[str]]
    """The keys of the free texts that are stored: what was withdrawn is not among them."""
    book: Book
    quotes: Quotes
    sink: Sink
    clock: Clock
    bits: Bits

    def publish(self, study: Study) -> tuple[str, ...]:
        """The addresses of the files that changed. Raises BoucleError."""
        self.book.forget_withdrawn(self.stored_keys(), self.clock.now().date())
        files = {
            data_address(series, VERBATIMS): self._build_file(study, series)
            for series in (*study.series, *study.interviews)
            if self._is_quoted(study, series)
        }
        # A series that never had a batch has no file; one that lost its last text keeps an empty one.
        return write_changed(
            self.sink,
            {
                address: encode_document(file)
                for address, file in files.items()
                if file["verbatims"] or self.sink.read(address)
            },
        )

    def _is_quoted(self, study: Study, series: Series) -> bool:
        versions = study.series.get(series) or study.interviews[series]
        return any(version.publication.verbatims == "moderated" for version in versions)

    def _build_file(self, study: Study, series: Series) -> Mapping[str, object]:
        waiting = self.quotes.count_waiting(series)
        self.quotes.batch(series, MIN_BATCH, [self.bits(PLACE_BITS) for _ in range(waiting)])
        return build_verbatims_document(study, series, self.quotes.read_published_quotes(series))


def build_verbatims_document(study: Study, series: Series, quotes: Sequence[PublishedQuote]) -> Mapping[str, object]:
    """What is published of a series' texts."""
    return {
        **build_heading(study, series),
        "verbatims": [
            {"question": quote.question, "language": quote.language, "text": quote.text, "themes": list(quote.themes)}
            for quote in quotes
        ],
    }
