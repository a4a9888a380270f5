"""Who answered, beside what is known of the whole population: whether the two differ by more than their margin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from boucle.core.questionnaire.values import Value
from boucle.languages.catalogues import in_language, marked
from boucle.pages.common.markup import plain
from boucle.pages.results.document import Shown, Table
from boucle.pages.results.labels import Labels


@dataclass(frozen=True, slots=True)
class Known:
    """What a figure says of its population: a plain sentence, and where the population's shares come from."""

    sentence: str
    source: str


@dataclass(frozen=True, slots=True)
class Distance:
    """One answer: its share among those who gave one, with its margin, and the population's share; in percents."""

    value: Value
    share: float
    margin: float
    known: float

    @property
    def is_real(self) -> bool:
        """Whether chance and the protection of answers leave it."""
        return abs(self.share - self.known) > self.margin


def beside_known(labels: Labels, table: Table) -> Known | None:
    """What can be said of one question; None where nothing is known of the population, or shown of the answers."""
    distances = list(_distances(labels, table))
    if not distances or labels.known is None:
        return None
    source = plain(in_language(labels.known.source, labels.words.language))
    return Known(_sentence(labels, table, distances), labels.words("Population: %(source)s", source=source))


def _distances(labels: Labels, table: Table) -> Iterator[Distance]:
    # Among those who gave an answer: "no answer" has no counterpart in a population.
    given = 1 - sum(cell.share for cell in table.cells if cell.values == (None,) and cell.share > 0) / 100
    if given <= 0:  # in whole percents, nobody gave one
        return
    known = labels.known_shares(table.questions[0])
    for cell in table.cells:
        value, published = cell.values[0], cell.published
        if value is not None and str(value) in known and isinstance(published, Shown):
            yield Distance(value, published.share / given, published.margin / given, known[str(value)])


def _sentence(labels: Labels, table: Table, distances: list[Distance]) -> str:
    """The widest distance that the margins leave; else that nothing shows one."""
    real = [each for each in distances if each.is_real]
    if not real:
        return labels.words("On this point, nothing shows that those who answered differ from the population.")
    widest = max(real, key=lambda each: abs(each.share - each.known))
    message = marked(
        "“%(answer)s”: %(share)s of those who said it here, %(known)s of the population. "
        "Figures tell more about some people than about others; they are not corrected for it."
    )
    return labels.words(
        message,
        answer=labels.value(table.questions[0], widest.value),
        share=labels.figures.percent(round(widest.share)),
        known=labels.figures.percent(round(widest.known)),
    )
