"""Agreement between coders, against the examples that the methods were published with."""

from __future__ import annotations

import random

import pytest

from boucle.core.study.agreement import MIN_SAMPLE_SIZE, agreements, cohen_kappa, krippendorff_alpha


def by_text(*coders: str) -> list[list[str]]:
    """One row a coder, a point where one did not code."""
    return [[code for code in column if code != "."] for column in zip(*coders, strict=True)]


def test_kappa_of_fifty_proposals_read_by_two_people() -> None:
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert cohen_kappa(pairs) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("coders", "alpha"),
    [
        (("0100000010", "1110010000"), 0.095),
        (("aabbdcccedda", "babbbccceddd"), 0.692),
        (("123321412...", "1233224125.3", ".3332342251.", "12332441251."), 0.743),
    ],
    ids=["two coders, two codes", "two coders, five codes", "four coders, some texts left out"],
)
def test_alpha_of_krippendorff_s_own_examples(coders: tuple[str, ...], alpha: float) -> None:
    assert krippendorff_alpha(by_text(*coders)) == pytest.approx(alpha, abs=0.0006)


def test_full_agreement_is_one_and_agreement_by_chance_is_none() -> None:
    assert cohen_kappa([("a", "a"), ("b", "b")]) == 1
    assert krippendorff_alpha([("a", "a"), ("b", "b")]) == 1
    chance = random.Random(5)
    drawn = [(chance.choice("ab"), chance.choice("ab")) for _ in range(20_000)]
    assert cohen_kappa(drawn) == pytest.approx(0, abs=0.03)
    assert krippendorff_alpha(drawn) == pytest.approx(0, abs=0.03)


def test_where_nothing_could_differ_no_agreement_is_claimed() -> None:
    assert cohen_kappa([("a", "a")] * 30) is None
    assert krippendorff_alpha([("a", "a")] * 30) is None
    assert cohen_kappa([]) is None
    assert krippendorff_alpha([("a",)]) is None


def test_each_theme_has_its_agreement_from_twenty_texts_on() -> None:
    same = ({"ecoute"}, {"ecoute"})
    other = ({"reseau"}, {"ecoute"})
    themes = {"ecoute": None, "reseau": None}
    assert agreements([same] * (MIN_SAMPLE_SIZE - 1), themes) == ()
    found = {agreement.theme: agreement for agreement in agreements([same] * 15 + [other] * 15, themes)}
    assert found["ecoute"].texts == 30
    assert found["ecoute"].kappa == pytest.approx(0)
