"""Publishes the themes of coded texts: sealed in cohorts, under noise, through the gate and the ledger of all series.

Beside each series stands how far two coders agree. That is about the coders, and is not noised: it is computed of at
least twenty texts, rounded, and written again only when twenty more were coded twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass

from boucle.core.ports import Bits, Clock, Ledger, SealingDesk, Sink, Vault
from boucle.core.study.agreement import SMALLEST_SAMPLE, Agreement
from boucle.core.study.model import Series, Study
from boucle.jobs.publish import data_address, heading, publish, write_changed, written
from boucle.jobs.seal import seal_due
from boucle.moderation.agreed import measured_agreement
from boucle.moderation.ports import Book
from boucle.pages.common.verbatims import AGREEMENT
from boucle.pages.opendata.data_files import data_files
from boucle.pages.themes.codings import codings


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemePublisher:
    """The part of the job that counts codings. It sees the themes of texts, and never a word of them."""

    coded: SealingDesk
    keys: Callable[[Series], Set[str]]
    """The texts of a series of codings."""
    book: Book
    ledger: Ledger
    vault: Vault
    sink: Sink
    clock: Clock
    bits: Bits
    demonstration: bool

    def publish(self, study: Study) -> Iterator[str]:
        """Seal and publish every series of codings that is due; what a person must look at. Raises Refusal."""
        counted = codings(study)
        if counted is None:
            return
        self.coded.expire(self.clock.now().date())
        for series in counted.series:
            outcome = seal_due(
                counted,
                series,
                desk=self.coded,
                ledger=self.ledger,
                vault=self.vault,
                clock=self.clock,
                bits=self.bits,
                demonstration=self.demonstration,
            )
            yield from (f"{series}: {alarm}" for alarm in outcome.alarms)
            self._publish(counted, series)
            self._agree(study, series)

    def _publish(self, counted: Study, series: Series) -> None:
        publish(
            series,
            ledger=self.ledger,
            sink=self.sink,
            extra_files=lambda releases: data_files(counted, [each.content for each in releases]),
        )

    def _agree(self, study: Study, series: Series) -> None:
        found = measured_agreement(self.book, [each.id for each in study.themes], self.keys(series))
        address = data_address(series, AGREEMENT)
        standing = self.sink.read(address)
        known = json.loads(standing)["texts"] if standing else 0
        # Two agreements whose samples differ by few texts would tell how these few were coded.
        if found and found[0].texts >= known + SMALLEST_SAMPLE:
            write_changed(self.sink, {address: agreement_document(series, found, self.demonstration)})


def agreement_document(series: Series, found: Sequence[Agreement], demonstration: bool) -> bytes:
    """What is published of an agreement; a coefficient is null where no text was coded otherwise by anybody."""
    document = {
        **heading(series, demonstration),
        "texts": found[0].texts,
        "themes": [
            {"theme": each.theme, "kappa": _rounded(each.kappa), "alpha": _rounded(each.alpha)} for each in found
        ],
    }
    return written(document)


def _rounded(coefficient: float | None) -> float | None:
    return None if coefficient is None else round(coefficient, 2)
