"""What may be said of a count: its figure from five people and twenty asked on, and the reason why not below."""

from __future__ import annotations

import pytest

from boucle.core.release.cells import epsilon, publish_cell, publish_count
from boucle.core.release.counts import NoisyFigure
from boucle.core.release.estimates import Noise
from boucle.core.release.model import Shown, Withheld

NOISE = Noise.of_cells(2, 1, 3)


@pytest.mark.parametrize(("count", "shown"), [(4, None), (4.49, None), (4.5, 5), (5, 5), (5.49, 5), (6, 6)], ids=str)
def test_exactly_five_people_are_shown_and_fewer_are_not(count: float, shown: int | None) -> None:
    published = publish_count(NoisyFigure(count, 200, NOISE)).published
    if shown is None:
        assert published is Withheld.BELOW_THRESHOLD
    else:
        assert isinstance(published, Shown)
        assert published.count == shown


@pytest.mark.parametrize(("base", "is_shown"), [(19, False), (19.49, False), (19.5, True), (20, True)], ids=str)
def test_exactly_twenty_people_asked_are_enough(base: float, is_shown: bool) -> None:
    published = publish_count(NoisyFigure(10, base, NOISE)).published
    assert (published is Withheld.BASE_TOO_SMALL) is not is_shown


@pytest.mark.parametrize(("base", "below"), [(100, 5), (101, 5), (500, 1), (499, 2), (20, 25)])
def test_a_small_count_is_said_to_be_less_than_five_of_its_base(base: int, below: int) -> None:
    assert publish_count(NoisyFigure(3, base, NOISE)).below == below


def test_a_cell_says_its_own_base_only_where_it_has_one() -> None:
    figure = NoisyFigure(10, 40.4, NOISE)
    assert publish_cell(("yes",), figure).base is None
    assert publish_cell(("yes",), figure, figure.base).base == 40


def test_a_whole_epsilon_is_written_without_a_point() -> None:
    assert [str(epsilon(sensitivity, 2)) for sensitivity in (4, 6, 7)] == ["2", "3", "3.5"]
