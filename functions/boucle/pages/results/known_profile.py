"""Who answered, beside what is known of the whole population: whether the two differ by more than their margin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from boucle.core.questionnaire.values import Value
from boucle.core.release.intervals import Interval
from boucle.core.release.model import PublishedTable, Shown
from boucle.languages.catalogues import gettext_noop, in_language
from boucle.pages.common.markup import to_plain_text
from boucle.pages.results.labels import Labels


@dataclass(frozen=True, slots=True)
class PopulationComparison:
    """What a figure says of its population: a plain sentence, and where the population's shares come from."""

    sentence: str
    source: str


@dataclass(frozen=True, slots=True)
class Distance:
    """One answer: its share among those who gave one, where that lies, and the population's share; in percents."""

    value: Value
    share: float
    interval: Interval
    known: float

    @property
    def is_certain(self) -> bool:
        """Whether chance and the protection of answers leave it."""
        return not self.interval.holds(self.known)


def compare_with_population(labels: Labels, table: PublishedTable) -> PopulationComparison | None:
    """What can be said of one question; None where nothing is known of the population, or shown of the answers."""
    distances = list(_measure_distances(labels, table))
    if not distances or labels.known is None:
        return None
    source = to_plain_text(in_language(labels.known.source, labels.translate.language))
    return PopulationComparison(
        _write_sentence(labels, table, distances), labels.translate("Population: %(source)s", source=source)
    )


def _measure_distances(labels: Labels, table: PublishedTable) -> Iterator[Distance]:
    # Among those who gave an answer: "no answer" has no counterpart in a population.
    given = 1 - sum(cell.share for cell in table.cells if cell.values == (None,) and cell.share > 0) / 100
    if given <= 0:  # in whole percents, nobody gave one
        return
    known = labels.find_known_shares(table.questions[0])
    for cell in table.cells:
        value, published = cell.values[0], cell.published
        if value is not None and str(value) in known and isinstance(published, Shown):
            among = Interval(published.interval.low / given, published.interval.high / given)
            yield Distance(value, published.share / given, among, known[str(value)])


def _write_sentence(labels: Labels, table: PublishedTable, distances: list[Distance]) -> str:
    """The widest distance that the margins leave; else that nothing shows one."""
    real = [distance for distance in distances if distance.is_certain]
    if not real:
        return labels.translate("On this point, nothing shows that those who answered differ from the population.")
    widest = max(real, key=lambda distance: abs(distance.share - distance.known))
    message = gettext_noop(
        "“%(answer)s”: %(share)s of those who said it here, %(known)s of the population. "
        "Figures tell more about some people than about others; they are not corrected for it."
    )
    return labels.translate(
        message,
        answer=labels.value(table.questions[0], widest.value),
        share=labels.formatter.format_percent(round(widest.share)),
        known=labels.formatter.format_percent(round(widest.known)),
    )
