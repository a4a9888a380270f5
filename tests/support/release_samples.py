"""Releases to build pages and data files from: people are counted, and published by the code that publishes ledgers."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from boucle.core.privacy.plan import plan
from boucle.core.privacy.tables import Cell, PlannedQuestion, Special, Table
from boucle.core.questionnaire.conditions import Equals
from boucle.core.questionnaire.model import Closed, Multiple, Question, Questionnaire, Ranking
from boucle.core.questionnaire.values import Value
from boucle.core.release.build import MECHANISM
from boucle.core.release.cells import estimate_share, is_too_small, measure_share, publish_cell
from boucle.core.release.counts import NoisyFigure, OptionCounts, PeopleCounts
from boucle.core.release.document import write_release
from boucle.core.release.estimates import Noise, noise_unit
from boucle.core.release.intervals import Estimated, PublishedMeasure, round_half_up
from boucle.core.release.model import (
    CROSSTAB,
    NoiseMechanism,
    PublishedCell,
    PublishedTable,
    Release,
    RowShare,
    Shown,
    Withheld,
)
from boucle.core.release.questions import QuestionFigures
from boucle.core.study.model import Series, Study

Counts = Mapping[Value | None, int]
"""How many people gave each value; None is no answer."""

Shares = Mapping[Value | None, int]
"""What percents of those asked gave each value."""

SCALE = 1

PUBLISHED: Mapping[str, Shares] = {
    "accompagne": {"yes": 77, "no": 23},
    "entreprise_insertion": {"yes": 73, "no": 27},
    "connait_iae": {"yes": 63, "no": 37},
    "note": {0: 2, 1: 1, 2: 2, 3: 3, 4: 4, 5: 9, 6: 9, 7: 15, 8: 24, 9: 16, 10: 15},
    "criteres": {"communication": 74, "informations": 62, "reseau": 54, "dispositifs": 53, None: 2},
}
"""The shares of the original study that the demonstration gives back."""


def make_release(
    study: Study,
    questionnaire: str,
    respondents: int = 582,
    shares: Mapping[str, Shares] = PUBLISHED,
    *,
    counts: Mapping[str, Counts] | None = None,
    number: int = 3,
    wave: str | None = None,
    major: int | None = None,
    versions: Sequence[str] | None = None,
    demonstration: bool = True,
    day: date = date(2026, 2, 10),
) -> bytes:
    """The document of a release of so many cohorts, in the study's first wave unless another is said.

    `counts` says how many gave each value of a question; of the other questions `shares` says what part of those asked
    did, to the nearest person. Questions of neither get falling shares.
    """
    version = next(candidate for candidate in study.questionnaires if candidate.id == questionnaire)
    people = _Sample(version, respondents, shares, counts or {}, number)
    series = Series(study.id, questionnaire, major or version.major, wave or study.waves[0].id)
    release = Release(
        series=series,
        versions=tuple(versions or [version.version]),
        number=number,
        date=day,
        respondents=respondents,
        cohorts=number,
        demonstration=demonstration,
        mechanism=NoiseMechanism(MECHANISM, SCALE),
        epsilon=40,
        ledger="sha256:" + "1" * 64,
        previous="sha256:" + "0" * 64,
        questions=(*people.publish_questions(), people.publish_modes()),
        crosstabs=tuple(people.publish_crosstab(pair) for pair in version.publication.crosstabs),
    )
    return write_release(release)


def series_of(study: Study, questionnaire: str) -> Series:
    """The first series of a questionnaire."""
    return next(one_series for one_series in study.series if one_series.questionnaire == questionnaire)


def count_shares(shares: Shares, base: int) -> Counts:
    """Whole numbers of people that add up to what the shares do."""
    return _share_out(round(base * sum(shares.values()) / 100), shares)


def make_falling_shares(question: Closed | Multiple | Ranking) -> Shares:
    """Shares that fall from one value to the next, and 3 % without an answer."""
    weights: dict[Value | None, float] = {value: 1 / (place + 2) for place, value in enumerate(question.values)}
    return {**_share_out(180 if isinstance(question, Multiple) else 97, weights), None: 3}


def _share_out(total: int, weights: Mapping[Value | None, float]) -> dict[Value | None, int]:
    """A total in whole parts, by largest remainder."""
    exact = {value: total * weight / sum(weights.values()) for value, weight in weights.items()}
    parts = {value: int(part) for value, part in exact.items()}
    for value in sorted(exact, key=lambda value: parts[value] - exact[value])[: total - sum(parts.values())]:
        parts[value] += 1
    return parts


def make_table(
    question: PlannedQuestion, counts: Counts, base: int, cohorts: int, *, epsilon: float = 2
) -> PublishedTable:
    """What is published of one question that so many people were asked, in so many cohorts."""
    figures = _make_figures(question, counts, base, cohorts)
    values = [value for value in counts if value is not None]
    none = [publish_cell((None,), figures.figure(Special.NO_ANSWER))] if None in counts else []
    return PublishedTable(
        questions=(question.id,),
        type=question.type,
        base=base,
        cohorts=cohorts,
        epsilon=epsilon,
        cells=(*(publish_cell((value,), figures.figure(value)) for value in values), *none),
        estimates=tuple(map(figures.publish_estimate, question.estimates)),
    )


def _make_figures(question: PlannedQuestion, counts: Counts, base: int, cohorts: int) -> QuestionFigures:
    unit = noise_unit(cohorts, SCALE)
    cells: dict[Cell, float] = {(Special.NO_ANSWER if value is None else value,): counts[value] for value in counts}
    scores = dict(zip(question.values, question.scores, strict=False))
    scored = replace(
        question,
        values=tuple(value for value in counts if value is not None),
        scores=tuple(scores.get(value) for value in counts if value is not None),
    )
    if question.type != "multiple":
        if sum(cells.values()) < base:
            cells[Special.ANSWERED,] = base - sum(cells.values())
        people = PeopleCounts(cells, unit)
        return QuestionFigures(scored, (_table_of(question.id, people.cells),), 0, cohorts, people, None)
    nobody: float = cells.pop((Special.NO_ANSWER,), 0)
    people = PeopleCounts({(Special.ANSWERED,): base - nobody, (Special.NO_ANSWER,): nobody}, unit)
    tables = _table_of(question.id, people.cells), _table_of(question.id, cells)
    return QuestionFigures(scored, tables, 0, cohorts, people, OptionCounts(people, cells))


def _table_of(question: str, cells: Iterable[Cell]) -> Table:
    return Table(questions=(question,), cells=tuple(cells))


class _Sample:
    """The people of one release."""

    def __init__(
        self,
        version: Questionnaire,
        respondents: int,
        shares: Mapping[str, Shares],
        counts: Mapping[str, Counts],
        cohorts: int,
    ) -> None:
        self._version = version
        self._respondents = respondents
        self._shares = shares
        self._counts = dict(counts)
        self._cohorts = cohorts
        self._unit = noise_unit(cohorts, SCALE)
        self._planned = {question.id: question for question in plan([version]).questions}

    def publish_questions(self) -> Iterable[PublishedTable]:
        """The tables of all questions that are counted."""
        for question in self._version.questions:
            if isinstance(question, Ranking):
                yield self._publish_ranking(question)
            elif isinstance(question, Closed | Multiple) and question.id in self._planned:
                counts, base = self._count(question), self._base_of(question)
                yield make_table(self._planned[question.id], counts, base, self._cohorts)

    def publish_modes(self) -> PublishedTable:
        """How people answered."""
        counts = count_shares({"self": 81, "assisted": 18, "paper": 0}, self._respondents)
        mode = PlannedQuestion(id="_mode", type="single", sensitivity=2)
        return make_table(mode, counts, self._respondents, self._cohorts)

    def publish_crosstab(self, pair: tuple[str, str]) -> PublishedTable:
        """Two questions as if they had nothing to do with each other, in rows of the first."""
        first, second = (self._version.by_id[question_id] for question_id in pair)
        assert isinstance(first, Closed)
        assert isinstance(second, Closed | Multiple)
        rows = count_shares(make_falling_shares(first), self._respondents)
        cells = [
            self._publish_crossed_cell((one, other), first.id, count, rows[one])
            for one in first.values
            for other, count in count_shares(make_falling_shares(second), rows[one]).items()
        ]
        return PublishedTable(pair, CROSSTAB, self._respondents, self._cohorts, None, tuple(cells))

    def _publish_crossed_cell(
        self, values: tuple[Value | None, ...], row_question: str, count: int, row: int
    ) -> PublishedCell:
        cell = publish_cell(values, self._figure(count, self._respondents, 12))
        if not isinstance(cell.published, Shown):
            return cell
        if is_too_small(row):
            return replace(cell, within=RowShare(row_question, None, Withheld.BASE_TOO_SMALL))
        return replace(cell, within=RowShare(row_question, row, measure_share(self._figure(count, row, 6))))

    def _publish_ranking(self, question: Ranking) -> PublishedTable:
        base = self._base_of(question)
        ranks: list[int | str] = [*range(1, question.top + 1), "not_ranked"]
        cells = [
            publish_cell((item, rank), self._figure(self._count_rank(first, base, rank, len(ranks)), base, len(ranks)))
            for item, first in self._count(question).items()
            if item is not None
            for rank in ranks
        ]
        return PublishedTable((question.id,), question.type, base, self._cohorts, 2, tuple(cells))

    @staticmethod
    def _count_rank(first: int, base: int, rank: int | str, ranks: int) -> int:
        return first if rank == 1 else (base - first) // (ranks - 1)

    def _count(self, question: Closed | Multiple | Ranking) -> Counts:
        if question.id not in self._counts:
            shares = self._shares.get(question.id) or make_falling_shares(question)
            self._counts[question.id] = count_shares(shares, self._base_of(question))
        return self._counts[question.id]

    def _base_of(self, question: Question) -> int:
        """How many were asked: all, or those who gave the answer that routing looks at."""
        if not isinstance(question.relevant, Equals):
            return self._respondents
        source = self._version.by_id[question.relevant.answer]
        assert isinstance(source, Closed)
        return round_half_up(self._count(source).get(question.relevant.value, self._respondents / 2))

    def _figure(self, count: int, base: int, cells: int) -> NoisyFigure:
        return NoisyFigure(count, base, Noise.of_cells(self._unit, 1, cells))


@dataclass(frozen=True)
class CountedFigure:
    """A count over a base after so many cohorts, as the ledger would give it without noise."""

    base: int
    count: int
    cohorts: int
    cells: int = 3

    @property
    def _noisy(self) -> NoisyFigure:
        return NoisyFigure(self.count, self.base, Noise.of_cells(noise_unit(self.cohorts, SCALE), 1, self.cells))

    @cached_property
    def estimated(self) -> Estimated:
        """Unrounded: a fraction."""
        return estimate_share(self._noisy)

    @cached_property
    def measure(self) -> PublishedMeasure:
        """As it is published."""
        return measure_share(self._noisy)


def draw_counted_pairs(number: int, chance: random.Random) -> Iterator[tuple[CountedFigure, CountedFigure]]:
    """Pairs of figures that are often near to each other, where a verdict is hard."""
    for _ in range(number):
        base = round(10 ** chance.uniform(1.4, 3.8))
        cohorts, share = chance.randint(1, 30), chance.random()
        first = CountedFigure(base, round(base * share), cohorts, chance.randint(2, 12))
        other = round(base * chance.uniform(0.5, 2))
        near = min(1, max(0, share + chance.gauss(0, 3 / math.sqrt(base))))
        yield first, CountedFigure(max(20, other), round(max(20, other) * near), cohorts, first.cells)
