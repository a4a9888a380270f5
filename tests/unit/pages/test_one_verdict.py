"""Whichever page compares two figures, it says the same: of time, of an action, of two audiences, in an article."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import pytest

from boucle.content.surveys import read_study
from boucle.core.release.compare import Verdict, difference
from boucle.core.release.document import read_release
from boucle.core.release.intervals import PublishedMeasure, make_measure
from boucle.core.release.model import PublishedCell, Shown
from boucle.languages.catalogues import translator_for
from boucle.languages.number_format import NumberFormatter
from boucle.pages.actions import page as actions
from boucle.pages.articles.binding import subtract
from boucle.pages.articles.issues import UnboundFigure
from boucle.pages.articles.measured import MeasuredNumber, Subject, Unit
from boucle.pages.results.gaps import ShareGap, write_line
from boucle.pages.results.time_series import describe_change
from support.builders import DEMONSTRATION, SURVEYS
from support.release_samples import CountedFigure, draw_counted_pairs, make_release

PAIRS = 40_000
FORMATTER = NumberFormatter(translator_for("en"))

Judge = Callable[[PublishedMeasure, PublishedMeasure], Verdict]
"""What a page says of a figure beside the one before it."""


def through_time(before: PublishedMeasure, after: PublishedMeasure) -> Verdict:
    cells = [PublishedCell(("yes",), Shown(100, measure)) for measure in (before, after)]
    said = describe_change(cells, FORMATTER)
    return {"": Verdict.CANNOT_TELL, "up": Verdict.HIGHER, "down": Verdict.LOWER}[said.partition(" ")[0]]


def of_an_action(before: PublishedMeasure, after: PublishedMeasure) -> Verdict:
    said = actions.describe_change(before, after, FORMATTER)
    return {"We": Verdict.CANNOT_TELL, "Up:": Verdict.HIGHER, "Down:": Verdict.LOWER}[said.partition(" ")[0]]


def of_two_audiences(before: PublishedMeasure, after: PublishedMeasure) -> Verdict:
    gap = ShareGap("Yes", after, before)
    if write_line(gap, FORMATTER).gap == "too few to conclude":
        return Verdict.CANNOT_TELL
    return Verdict.HIGHER if gap.ahead == 0 else Verdict.LOWER


@pytest.fixture(scope="module")
def in_an_article() -> Judge:
    study = read_study(SURVEYS / DEMONSTRATION)
    first, second = (Subject(read_release(make_release(study, id))) for id in study.counted_ids)

    def judge(before: PublishedMeasure, after: PublishedMeasure) -> Verdict:
        one, other = (
            MeasuredNumber(subjects=(subject,), unit=Unit.PERCENT, value=measure.value, figure=measure)
            for subject, measure in ((first, after), (second, before))
        )
        try:
            return Verdict.HIGHER if subtract(one, other).value > 0 else Verdict.LOWER
        except UnboundFigure:
            return Verdict.CANNOT_TELL

    return judge


@pytest.fixture(scope="module")
def judges(in_an_article: Judge) -> Mapping[str, Judge]:
    return {
        "through time": through_time,
        "of an action": of_an_action,
        "of two audiences": of_two_audiences,
        "in an article": in_an_article,
    }


def verdicts(judges: Mapping[str, Judge], before: PublishedMeasure, after: PublishedMeasure) -> dict[str, Verdict]:
    return {name: judge(before, after) for name, judge in judges.items()}


def test_452_then_492_of_800_is_a_change_on_no_page(judges: Mapping[str, Judge]) -> None:
    before, after = (CountedFigure(base=800, count=count, cohorts=1).measure for count in (452, 492))
    assert verdicts(judges, before, after) == dict.fromkeys(judges, Verdict.CANNOT_TELL)


@pytest.mark.parametrize(
    ("share", "verdict"),
    [
        (56, Verdict.CANNOT_TELL),
        (57, Verdict.HIGHER),
        (44, Verdict.CANNOT_TELL),
        (43, Verdict.LOWER),
    ],
)
def test_an_interval_that_ends_at_zero_claims_nothing_on_any_page(
    judges: Mapping[str, Judge], share: int, verdict: Verdict
) -> None:
    """50 % ± 3, then a share ± 4: six points apart the interval ends at zero, seven points apart at one."""
    before, after = make_measure("share", 50, 3), make_measure("share", share, 4)
    assert verdicts(judges, before, after) == dict.fromkeys(judges, verdict)


@pytest.mark.slow
def test_every_page_gives_one_verdict_on_every_pair_of_figures(judges: Mapping[str, Judge]) -> None:
    found: dict[Verdict, int] = dict.fromkeys(Verdict, 0)
    for first, second in draw_counted_pairs(PAIRS, random.Random(16)):
        expected = difference(second.measure, first.measure).verdict
        said = verdicts(judges, first.measure, second.measure)
        assert said == dict.fromkeys(judges, expected), (first, second)
        found[expected] += 1
    assert min(found.values()) > PAIRS / 20
