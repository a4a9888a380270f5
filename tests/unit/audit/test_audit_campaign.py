"""The campaign, smaller than `make audit-campaign`: nothing of Boucle is disclosed, and every canary is broken."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

import pytest

from boucle.audit.linear import find_feasible_intervals
from boucle.audit.sybils import evidence
from boucle.core.ports import Pending
from boucle.core.privacy.guarantee import best_guess, best_guess_of, credit
from boucle.core.privacy.ledger import LedgerDays, build_entry, read_chain
from boucle.core.privacy.plan import plan
from boucle.core.privacy.tables import Plan
from boucle.core.privacy.tally import Tally, tabulate
from boucle.core.questionnaire.values import Answers
from boucle.core.study.model import Mechanism, Series
from support.attackers import canaries
from support.attackers.campaign import AttackCampaign, run_campaign
from support.cohorts import FIRST_DAY, FORM, draw_answers, make_seeded_bits

pytestmark = pytest.mark.slow

HISTORIES = 24
"""Each combination of choices, arrivals, erasures and routing."""


@pytest.fixture(scope="module")
def found() -> AttackCampaign:
    return run_campaign(HISTORIES, canaries_every=5)


def test_boucle_discloses_nothing_for_certain(found: AttackCampaign) -> None:
    assert found.boucle.cells > 100 * HISTORIES
    assert (found.boucle.certain, found.boucle.certain_claims, found.boucle.contradictions) == (0, 0, 0)
    assert found.boucle.narrowest >= 20


def test_boucle_breaks_no_promise_and_rewrites_nothing_after_an_erasure(found: AttackCampaign) -> None:
    assert found.erasing == HISTORIES // 2
    assert (found.violations, found.rewritten) == ([], [])


@pytest.mark.parametrize(
    ("canary", "least"),
    [
        ("exact counts", 1),
        ("threshold 5, secondary suppression", 0.5),
        ("threshold 11, secondary suppression", 0.3),
    ],
)
def test_a_canary_discloses_cells_for_certain(found: AttackCampaign, canary: str, least: float) -> None:
    tried = found.canaries[canary]
    assert tried.share >= least
    assert tried.wrong == 0


def test_fresh_noise_hides_from_the_solver_what_sybils_find(found: AttackCampaign) -> None:
    assert found.canaries["fresh noise at each release"].certain == 0


def test_a_cell_that_did_not_change_proves_nothing(found: AttackCampaign) -> None:
    assert found.unchanged > 0
    assert found.unchanged_right < found.unchanged


def test_rounding_leaves_some_cells_certain() -> None:
    """Few to the solver; to sybils all."""
    chance, certain = random.Random(2), 0
    for _ in range(60):
        cohorts = [tuple(chance.randrange(12) for _ in range(4)) for _ in range(3)]
        found = find_feasible_intervals(canaries.facts_of("rounded", (2, 2), cohorts, canaries.publish_rounded))
        proven = [
            (interval, cohorts[interval.cohort - 1][_place(interval.cell)]) for interval in found if interval.is_certain
        ]
        assert all(interval.low == truth for interval, truth in proven)
        certain += len(proven)
    assert certain > 0


def _place(cell: str) -> int:
    row, column = map(int, cell.split(" x "))
    return 2 * row + column


SERIES = Series("etude", "candidats", 1, "2026")
PAIRS: Mapping[str, tuple[Answers, Answers]] = {
    # Everything that the answer brings up or takes away changes with it.
    "accompagne": (
        {"accompagne": "yes", "note": 8, "freins": ("transport", "langue"), "priorites": ("a", "b")},
        {"accompagne": "no", "freins": ("transport", "langue"), "priorites": ("a", "b")},
    ),
    "note": ({"accompagne": "yes", "note": 8}, {"accompagne": "yes", "note": 3}),
    "freins": (
        {"accompagne": "no", "freins": ("transport", "langue")},
        {"accompagne": "no"},
    ),
    "priorites": ({"accompagne": "no", "priorites": ("a", "b")}, {"accompagne": "no", "priorites": ("b", "c")}),
}


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("question", PAIRS)
def test_sybils_guess_linked_answers_no_better_than_the_exact_bound(question: str, scale: int) -> None:
    planned = plan([FORM])
    first, second = (_tables(planned, target) for target in PAIRS[question])
    moved = [one - other for one, other in zip(_flat(first), _flat(second), strict=True)]
    bound = best_guess(
        next(planned_question.sensitivity for planned_question in planned.questions if planned_question.id == question),
        scale,
    )
    exact = best_guess_of([change for change in moved if change], scale)
    assert exact <= bound + 1e-9

    guesses, bits = 500, make_seeded_bits(scale)
    success = sum(_guess(planned, first, second, scale, bits) for _ in range(guesses)) / guesses
    assert abs(success - exact) < 4 * (exact * (1 - exact) / guesses) ** 0.5


def test_the_largest_change_reaches_its_bound() -> None:
    """The bound is exact: D of the question that steers others is really met."""
    planned = plan([FORM])
    first, second = (_flat(_tables(planned, target)) for target in PAIRS["accompagne"])
    assert sum(abs(one - other) for one, other in zip(first, second, strict=True)) == next(
        question.sensitivity for question in planned.questions if question.id == "accompagne"
    )


def _tables(planned: Plan, target: Answers) -> Tally:
    """The exact tables of a cohort of which the attacker wrote all answers but the target's."""
    chance = random.Random(29)
    known = [draw_answers(chance) for _ in range(29)]
    everybody = [
        Pending(version=FORM.version, mode="self", answers=person_answers) for person_answers in (*known, target)
    ]
    return tabulate(planned, {FORM.version: FORM}, everybody)


def _flat(tally: Tally) -> Sequence[int]:
    return [count for row in tally.counts for count in row]


def _guess(planned: Plan, first: Tally, second: Tally, scale: int, bits: Callable[[int], int]) -> float:
    """Seal the first for real, and guess from the noisy tables, which is more than is ever published."""
    days = LedgerDays(first=FIRST_DAY, last=FIRST_DAY, sealed=FIRST_DAY)
    content = build_entry([], SERIES, days, first, planned, Mechanism(scale=scale), bits=bits, demonstration=False)
    noisy = read_chain(SERIES, [content])[0].noisy
    return credit(evidence([count for row in noisy for count in row], _flat(first), _flat(second)))
