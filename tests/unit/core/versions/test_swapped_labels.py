"""Labels that change places are other words, however near they are to each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from boucle.core.questionnaire.model import Anchors, Choice, Grid, Multiple, Question, Ranking, Rating, Single
from boucle.core.versions.causes import Bump, Cause
from boucle.core.versions.compare import compare
from boucle.core.versions.first_edition import FIRST_EDITION
from support.builders import make_questionnaire, make_text

NEAR = [
    ("Poisson", "Poison"),
    ("Pécheur", "Pêcheur"),
    ("Désert", "Dessert"),
    ("Tâche", "Tache"),
    ("Interne", "Interné"),
]
UNLIKE = ("a", "b")


def make_choices(first: str, second: str, place: str) -> tuple[Choice, ...]:
    texts = (first, second)
    if place == "label":
        return tuple(Choice(value=value, label=make_text(text)) for value, text in zip("pq", texts, strict=True))
    return tuple(
        Choice(value=value, label=make_text(value), hint=make_text(text))
        for value, text in zip("pq", texts, strict=True)
    )


def make_question(kind: str, first: str, second: str) -> Question | Grid:
    label = make_text("Lequel ?")
    match kind:
        case "single":
            return Single(id="x", label=label, choices=make_choices(first, second, "label"))
        case "multiple":
            return Multiple(id="x", label=label, choices=make_choices(first, second, "label"), max_choices=2)
        case "ranking":
            return Ranking(id="x", label=label, choices=make_choices(first, second, "label"), top=1)
        case "hints":
            return Single(id="x", label=label, choices=make_choices(first, second, "hint"))
        case "anchors":
            anchors = Anchors(minimum=make_text(first), maximum=make_text(second))
            return Rating(id="x", label=label, minimum=0, maximum=10, anchors=anchors)
        case _:
            rows = tuple(
                Single(id=f"x.{id}", grid="x", label=make_text(text), choices=make_choices(*UNLIKE, "label"))
                for id, text in (("p", first), ("q", second))
            )
            return Grid(id="x", label=label, rows=rows)


KINDS = ("single", "multiple", "ranking", "hints", "anchors", "rows")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("first", "second"), NEAR)
def test_swapped_texts_ask_for_a_major_version(kind: str, first: str, second: str) -> None:
    before = make_questionnaire(make_question(kind, first, second))
    after = replace(make_questionnaire(make_question(kind, second, first)), version="1.0.1")
    found = compare(before, after)
    assert [change.cause for change in found.changes] == [Cause.REWORDED, Cause.REWORDED]
    assert found.bump is Bump.MAJOR


@pytest.mark.parametrize("kind", KINDS)
def test_a_typo_beside_another_text_is_one_still(kind: str) -> None:
    before = make_questionnaire(make_question(kind, "L'acceuil", "Les horaires"))
    after = replace(make_questionnaire(make_question(kind, "L'accueil", "Les Horaires")), version="1.0.1")
    assert {change.cause for change in compare(before, after).changes} == {Cause.TYPO}


def test_what_was_frozen_before_keeps_its_verdict() -> None:
    before = make_questionnaire(make_question("single", "Poisson", "Poison"))
    after = replace(make_questionnaire(make_question("single", "Poison", "Poisson")), version="1.0.1")
    assert compare(before, replace(after, edition=FIRST_EDITION)).bump is Bump.PATCH
