"""From noisy tables to counts that can be: hand-made noise, so that what is held back can be worked out by hand."""

from __future__ import annotations

import pytest

from boucle.core.privacy.tables import Cell, Counting, Special
from boucle.core.questionnaire.values import Answers
from boucle.core.release.counts import OptionCounts, PeopleCounts
from support.builders import make_multiple, make_questionnaire, make_yes_no
from support.ledgers import make_chain, replace_counts


@pytest.mark.parametrize("pair", [("a", "m"), ("m", "a")], ids=" x ".join)
def test_an_option_is_held_between_nobody_and_those_of_its_row_who_were_asked(pair: tuple[str, str]) -> None:
    """60 people said yes and 40 no, and noise makes more of an option than that, or less than nothing."""
    form = make_questionnaire(make_yes_no("a"), make_multiple("m", "x", "y"), crosstabs=(pair,))
    people: list[tuple[int, str, Answers]] = [
        (60, "1.0.0", {"a": "yes", "m": ("x",)}),
        (30, "1.0.0", {"a": "no"}),
        (10, "1.0.0", {"a": "no", "m": ("y",)}),
    ]
    [entry] = make_chain(([form], people))
    table = entry.plan.by_key[pair, Counting.OPTIONS, None]
    noisy: dict[Cell, int] = {
        ("yes", "x"): 63, ("yes", "y"): -2, ("no", "x"): 41, ("no", "y"): 12,
        (Special.NO_ANSWER, "x"): 1, (Special.NO_ANSWER, "y"): 0,
    }  # fmt: skip
    order = 1 if pair == ("a", "m") else -1
    chain = (replace_counts(entry, table, {cell: noisy[cell[::order]] for cell in table.cells}),)
    counted = PeopleCounts.since(chain, chain[0].plan.by_key[pair, Counting.PEOPLE, None], 0)
    held = OptionCounts.since(chain, counted, table, "m", 0).cells
    assert {cell[::order]: count for cell, count in held.items()} == {
        ("yes", "x"): 60, ("yes", "y"): 0, ("no", "x"): 40, ("no", "y"): 12,
        (Special.NO_ANSWER, "x"): 0, (Special.NO_ANSWER, "y"): 0,
    }  # fmt: skip
