"""Publishes the themes of coded texts: sealed in cohorts, under noise, through the gate and the ledger of all series.

Beside each series stands how far two coders agree. That is about the coders, and is not noised: it is computed of at
least twenty texts, rounded, and written again only when twenty more were coded twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass

from boucle.core.ports import Bits, Clock, Ledger, SealingStore, Sink, Vault
from boucle.core.study.agreement import MIN_SAMPLE_SIZE, Agreement
from boucle.core.study.model import Series, Study
from boucle.jobs.publish import build_heading, data_address, encode_document, publish, write_changed
from boucle.jobs.seal import seal_due
from boucle.moderation.agreed import measure_agreement
from boucle.moderation.ports import Book
from boucle.pages.opendata.data_files import render_data_files
from boucle.pages.results.free_texts import AGREEMENT
from boucle.pages.themes.codings import study_of_coded_texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemePublisher:
    """The part of the job that counts codings. It sees the themes of texts, and never a word of them."""

    coded: SealingStore
    keys: Callable[[Series], Set[str]]
    """The texts of a series of codings."""
    book: Book
    ledger: Ledger
    vault: Vault
    sink: Sink
    clock: Clock
    bits: Bits

    def publish(self, study: Study) -> Iterator[str]:
        """Seal and publish every series of codings that is due; what a person must look at. Raises BoucleError."""
        counted = study_of_coded_texts(study)
        if counted is None:
            return
        for series in counted.series:
            outcome = seal_due(
                counted,
                series,
                store=self.coded,
                ledger=self.ledger,
                vault=self.vault,
                clock=self.clock,
                bits=self.bits,
            )
            yield from (f"{series}: {alarm}" for alarm in outcome.alarms)
            self._publish(counted, series)
            self._publish_agreement(study, series)

    def _publish(self, counted: Study, series: Series) -> None:
        publish(
            series,
            ledger=self.ledger,
            sink=self.sink,
            extra_files=lambda documents: render_data_files(counted, [document.content for document in documents]),
        )

    def _publish_agreement(self, study: Study, series: Series) -> None:
        found = measure_agreement(self.book, [theme.id for theme in study.themes], self.keys(series))
        address = data_address(series, AGREEMENT)
        standing = self.sink.read(address)
        known = json.loads(standing)["texts"] if standing else 0
        # Two agreements whose samples differ by few texts would tell how these few were coded.
        if found and found[0].texts >= known + MIN_SAMPLE_SIZE:
            write_changed(self.sink, {address: encode_agreement(study, series, found)})


def encode_agreement(study: Study, series: Series, found: Sequence[Agreement]) -> bytes:
    """What is published of an agreement; a coefficient is null where no text was coded otherwise by anybody."""
    document = {
        **build_heading(study, series),
        "texts": found[0].texts,
        "themes": [
            {"theme": agreement.theme, "kappa": _round(agreement.kappa), "alpha": _round(agreement.alpha)}
            for agreement in found
        ],
    }
    return encode_document(document)


def _round(coefficient: float | None) -> float | None:
    return None if coefficient is None else round(coefficient, 2)
