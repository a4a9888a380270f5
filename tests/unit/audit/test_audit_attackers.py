"""Promises of the attackers: they find what can be found, are right about it, and no more."""

from __future__ import annotations

import builtins
import random
from collections.abc import Callable
from itertools import pairwise

import pytest

from boucle.audit.facts import Facts, Statement, make_exact_statement, make_noisy_statement
from boucle.audit.linear import SolverMissing, find_feasible_intervals
from boucle.audit.structure import DIFFERENCE, MARGIN, UNCHANGED, find_rewritten, make_claims
from boucle.audit.sybils import evidence, play_sybils
from boucle.core.privacy.guarantee import best_guess, best_guess_of
from boucle.core.privacy.noise import draw_discrete_laplace, probability
from support.attackers import canaries
from support.attackers.campaign import make_guessers, sybil_success


def facts(*statements: Statement, sizes: tuple[int, ...] = (30, 20), cells: str = "abc") -> Facts:
    return Facts(name="q", cells=tuple(cells), sizes=sizes, statements=statements)


def intervals(found: Facts) -> dict[tuple[int, str], tuple[int, int]]:
    return {
        (interval.cohort, interval.cell): (interval.low, interval.high) for interval in find_feasible_intervals(found)
    }


def test_knowing_sizes_only_any_cell_can_hold_anybody() -> None:
    assert intervals(facts()) == {(cohort, cell): (0, size) for cohort, size in ((1, 30), (2, 20)) for cell in "abc"}


def test_published_under_noise_a_number_proves_nothing() -> None:
    assert intervals(facts(make_noisy_statement(1, (0,), 12), make_noisy_statement(2, (0,), 12))) == intervals(facts())


def test_two_exact_releases_give_the_cohort_between_them() -> None:
    found = intervals(facts(make_exact_statement(1, (0,), 12), make_exact_statement(2, (0,), 15)))
    assert (found[1, "a"], found[2, "a"]) == ((12, 12), (3, 3))
    assert found[2, "b"] == (0, 17)


def test_a_withheld_cell_is_what_its_margin_leaves() -> None:
    withheld = Statement(release=1, cells=(2,), published=None, low=1, high=4)
    found = intervals(
        facts(make_exact_statement(1, (0,), 12), make_exact_statement(1, (1,), 15), withheld, sizes=(30,))
    )
    assert found[1, "c"] == (3, 3)


def test_bounds_that_meet_between_two_tables_are_found() -> None:
    """Rounded apart, a row and its cells can leave one possibility: no difference of two numbers shows it."""
    parts = [Statement(release=1, cells=(at,), published=5, low=3, high=7) for at in (0, 1, 2)]
    found = intervals(facts(*parts, sizes=(21,)))
    assert set(found.values()) == {(7, 7)}


def test_publications_that_contradict_each_other_are_told_from_certainty() -> None:
    found = find_feasible_intervals(facts(make_exact_statement(1, (0,), 31)))
    assert all(interval.width < 0 and not interval.is_certain for interval in found)


def test_without_the_solver_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse_highspy(name: str, *others: object, **more: object) -> object:
        if name == "highspy":
            raise ImportError(name)
        return real(name, *others, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", refuse_highspy)
    with pytest.raises(SolverMissing, match=r"pip install 'boucle\[audit\]'"):
        find_feasible_intervals(facts())


def test_a_difference_of_exact_releases_is_certain_and_under_noise_it_is_a_guess() -> None:
    exact = [make_exact_statement(1, (0,), 12), make_exact_statement(2, (0,), 15)]
    noisy = [make_noisy_statement(1, (0,), 12), make_noisy_statement(2, (0,), 15)]
    for statements, certain in ((exact, True), (noisy, False)):
        found = [claim for claim in make_claims(facts(*statements)) if claim.first_cohort == 2]
        assert [(claim.attack, claim.count, claim.certain) for claim in found] == [(DIFFERENCE, 3, certain)]


def test_a_cell_that_did_not_change_is_claimed_to_be_empty() -> None:
    found = list(make_claims(facts(make_exact_statement(1, (0,), 12), make_exact_statement(2, (0,), 12))))
    assert [(claim.attack, claim.count, claim.certain) for claim in found[1:]] == [(UNCHANGED, 0, True)]


def test_a_withheld_cell_is_claimed_from_its_margin() -> None:
    withheld = Statement(release=1, cells=(2,), published=None, low=1)
    found = list(
        make_claims(facts(make_exact_statement(1, (0,), 12), make_exact_statement(1, (1,), 15), withheld, sizes=(30,)))
    )
    assert [(claim.count, claim.certain) for claim in found if claim.attack == MARGIN] == [(3, True)]


def test_a_file_that_says_something_else_later_is_named() -> None:
    before = {"releases/1.json": b"1", "releases/2.json": b"2", "releases/3.json": b"3"}
    assert find_rewritten(before, {"releases/1.json": b"1", "releases/2.json": b"other"}) == [
        "releases/2.json",
        "releases/3.json",
    ]


@pytest.mark.parametrize(("scale", "percent"), [(1, 73), (2, 62)])
def test_the_best_guess_about_an_unlinked_single_choice_is_known(scale: int, percent: int) -> None:
    assert round(100 * best_guess(2, scale)) == percent


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("moved", [1, 2, 3])
def test_the_best_guess_is_the_overlap_of_the_two_distributions(scale: int, moved: int) -> None:
    """Of one cell moved that far: one half, and half of the total variation between the two."""
    apart = sum(abs(probability(z, scale) - probability(z - moved, scale)) for z in range(-200, 201)) / 2
    assert best_guess_of([moved], scale) == pytest.approx((1 + apart) / 2)


@pytest.mark.parametrize("scale", [1, 2])
def test_the_more_an_answer_moves_the_better_it_is_guessed_and_never_for_certain(scale: int) -> None:
    successes = [best_guess(sensitivity, scale) for sensitivity in range(1, 41)]
    assert all(after >= before - 1e-12 for before, after in pairwise(successes))
    assert successes[0] > 0.5
    assert successes[-1] < 1


def test_evidence_counts_what_is_nearer_to_either_answer() -> None:
    assert evidence([11, 9], [11, 9], [10, 10]) == 2
    assert evidence([10, 10], [11, 9], [10, 10]) == -2
    assert evidence([12, 12], [11, 9], [10, 10]) == 0


@pytest.mark.slow
@pytest.mark.parametrize("further", [0, 1, 50])
@pytest.mark.parametrize(("scale", "exact"), [(1, 0.731), (2, 0.622)])
def test_sybils_succeed_as_often_however_many_cohorts_follow(further: int, scale: int, exact: float) -> None:
    guesses = 1000 if further == 50 else 4000
    found = play_sybils(2, scale, further_cohorts=further, guesses=guesses, bits=random.Random(further).getrandbits)
    assert found.exact == pytest.approx(exact, abs=0.001)
    assert abs(found.success - exact) < found.slack
    assert not found.is_above_exact


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "further", "least"),
    [
        ("exact counts", 0, 1),
        ("threshold 5", 0, 1),
        ("threshold 11", 0, 1),
        ("rounding to 5", 0, 1),
        ("fresh noise", 10, 0.95),
        ("fresh noise", 50, 0.99),
    ],
)
def test_sybils_break_every_canary(name: str, further: int, least: float) -> None:
    guesser, known = make_guessers(1, random.Random(3))[name]
    assert sybil_success(guesser, known, further=further, guesses=300) >= least


@pytest.mark.slow
@pytest.mark.parametrize("further", [0, 10, 50])
def test_sybils_do_not_break_boucle_in_the_same_play(further: int) -> None:
    guesser, known = make_guessers(1, random.Random(5))["boucle"]
    assert sybil_success(guesser, known, further=further, guesses=1500) < best_guess(2, 1) + 0.046


def test_secondary_suppression_leaves_no_line_with_one_withheld_cell() -> None:
    """So that the canary is a fair one: a margin alone does not give it away."""
    table = [[2, 9, 12], [8, 7, 20], [6, 11, 3]]
    withheld = {
        statement.cells[0]
        for statement in canaries.make_threshold_publisher(5)(1, table)
        if statement.published is None
    }
    lines = [{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {0, 3, 6}, {1, 4, 7}, {2, 5, 8}]
    assert {0, 8} < withheld
    assert all(len(withheld & line) != 1 for line in lines)


@pytest.mark.parametrize(
    "publish",
    [
        canaries.publish_exact,
        canaries.publish_rounded,
        canaries.make_threshold_publisher(5),
        canaries.make_threshold_publisher(11),
    ],
)
def test_what_canaries_prove_is_true(publish: canaries.Publisher) -> None:
    """An attack on a wrong bound would show nothing."""
    chance = random.Random(11)
    for _ in range(50):
        table = [[chance.randrange(14) for _ in range(4)] for _ in range(3)]
        counts = [count for row in table for count in row]
        for statement in publish(1, table):
            assert statement.low <= sum(counts[at] for at in statement.cells) <= statement.high


def test_the_noise_of_the_play_is_that_of_the_seal(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    def count_draw(scale: int, bits: Callable[[int], int]) -> int:
        drawn.append(scale)
        return draw_discrete_laplace(scale, bits)

    monkeypatch.setattr("boucle.audit.sybils.draw_discrete_laplace", count_draw)
    play_sybils(8, 2, further_cohorts=3, guesses=10, bits=random.Random(1).getrandbits)
    assert drawn == [2] * 8 * 4 * 10
