"""The best guess, against what can be worked out by hand from the distribution of the noise."""

import math

import pytest

from boucle.core.privacy.guarantee import best_guess, best_guess_of, credit


def one_cell(scale: int) -> float:
    """P(Z <= 0) = 1 / (1 + exp(-1/scale)): of a cell that moves by one, the noise shows the true side that often."""
    return 1 / (1 + math.exp(-1 / scale))


def test_the_likelier_answer_is_taken_and_a_coin_decides_between_equals() -> None:
    assert [credit(evidence) for evidence in (-7, -1, 0, 1, 7)] == [0, 0, 0.5, 1, 1]


@pytest.mark.parametrize("scale", [1, 2, 5])
def test_of_one_cell_that_moves_by_one_the_guess_is_right_when_noise_does_not_cross(scale: int) -> None:
    assert best_guess(1, scale) == pytest.approx(one_cell(scale), abs=1e-12)


def test_of_two_cells_that_disagree_half_the_guesses_are_right() -> None:
    """p*p + 2*p*(1-p)/2 is p: a second cell tells nothing more than the first."""
    assert best_guess(2, 1) == pytest.approx(one_cell(1), abs=1e-12)


def test_of_three_cells_the_majority_is_believed() -> None:
    p = one_cell(1)
    for guess in (best_guess(3, 1), best_guess_of([1, 1, 1], 1)):
        assert guess == pytest.approx(p**3 + 3 * p**2 * (1 - p), abs=1e-12)


def test_of_one_cell_that_moves_by_two_the_middle_tells_nothing() -> None:
    a = math.exp(-1)
    middle = (1 - a) / (1 + a) * a
    assert best_guess_of([2], 1) == pytest.approx(one_cell(1) + middle / 2, abs=1e-12)


def test_it_does_not_matter_whether_a_cell_gains_or_loses() -> None:
    assert best_guess_of([2, -1], 1) == pytest.approx(best_guess_of([-2, 1], 1), abs=1e-12)
    assert best_guess_of([-2], 1) == best_guess_of([2], 1)


def test_where_nothing_moves_a_coin_is_as_good() -> None:
    assert best_guess(0, 1) == best_guess_of([], 1) == 0.5
    assert best_guess_of([0], 1) == pytest.approx(0.5, abs=1e-12)
