"""Cross-tabs as they are published: over those asked both questions, and over the rows of the single one."""

from __future__ import annotations

import pytest

from boucle.core.questionnaire.conditions import Equals
from boucle.core.questionnaire.values import Answers
from boucle.core.release.estimates import Noise, noise_unit, share
from boucle.core.release.intervals import publish_measure
from support.builders import make_multiple, make_questionnaire, make_single, make_yes_no
from support.ledgers import make_chain
from support.released import (
    CROSSED_ANSWERS,
    CROSSED_FORM,
    figures,
    own_bases,
    question,
    read_values,
    release_first,
    release_last,
)


def test_a_crosstab_is_published_over_those_asked_both_and_within_its_rows() -> None:
    [crosstab] = release_first(CROSSED_FORM, *CROSSED_ANSWERS)["crosstabs"]
    assert (crosstab["questions"], crosstab["base"]) == (["a", "m"], 100)
    assert figures(crosstab["cells"]) == {
        ("yes", "x"): (40, 40), ("yes", "y"): "below_threshold", ("yes", None): (20, 20),
        ("no", "x"): (40, 40), ("no", "y"): (40, 40), ("no", None): "below_threshold",
    }  # fmt: skip
    assert own_bases(crosstab["cells"]) == {}
    within = crosstab["cells"][0]["within"]
    assert (within["question"], within["base"], within["share"]) == ("a", 60, 67)


def test_the_margins_of_a_crosstab_are_the_tables_of_its_questions() -> None:
    release = release_first(CROSSED_FORM, *CROSSED_ANSWERS)
    assert figures(question(release, "a")["cells"]) == {"yes": (60, 60), "no": (40, 40)}
    assert figures(question(release, "m")["cells"]) == {"x": (80, 80), "y": (40, 40), None: (20, 20)}
    assert question(release, "a")["epsilon"] == 2 * 2 + 2


def test_a_choice_added_to_a_crossed_question_has_its_own_base_there_too() -> None:
    old = make_questionnaire(
        make_single("a", "x", "y", required=True), make_yes_no("b", required=True), crosstabs=(("a", "b"),)
    )
    new = make_questionnaire(
        make_single("a", "x", "y", "z", required=True),
        make_yes_no("b", required=True),
        version="1.1.0",
        crosstabs=(("a", "b"),),
    )
    chain = make_chain(
        ([old], [(60, "1.0.0", {"a": "x", "b": "yes"})]), ([old, new], [(40, "1.1.0", {"a": "z", "b": "no"})])
    )
    [crosstab] = release_last(chain)["crosstabs"]
    assert figures(crosstab["cells"])["z", "no"] == (40, 100)
    assert own_bases(crosstab["cells"]) == {("z", "yes"): 40, ("z", "no"): 40}


def test_an_option_added_to_a_crossed_multiple_choice_has_the_base_of_those_who_were_offered_it() -> None:
    old, new = (
        make_questionnaire(
            make_yes_no("a", required=True),
            make_multiple("m", *options, max_choices=2),
            version=version,
            crosstabs=(("a", "m"),),
        )
        for options, version in ((("x", "y"), "1.0.0"), (("x", "y", "z"), "1.1.0"))
    )
    chain = make_chain(
        ([old], [(60, "1.0.0", {"a": "yes", "m": ("x",)})]),
        ([old, new], [(30, "1.1.0", {"a": "yes", "m": ("x", "z")}), (20, "1.1.0", {"a": "no", "m": ("z",)})]),
    )
    [crosstab] = release_last(chain)["crosstabs"]
    shown = figures(crosstab["cells"])
    assert shown["yes", "x"] == (90, 82)
    assert (shown["yes", "z"], shown["no", "z"]) == ((30, 60), (20, 40))
    assert own_bases(crosstab["cells"]) == {("yes", "z"): 50, ("no", "z"): 50}


def test_a_crosstab_of_a_later_version_is_of_the_cohorts_since() -> None:
    old = make_questionnaire(make_yes_no("first", required=True))
    new = make_questionnaire(
        make_yes_no("first", required=True),
        make_yes_no("a", required=True),
        make_multiple("m", "x", "y", max_choices=1),
        version="1.1.0",
        crosstabs=(("a", "m"),),
    )
    chain = make_chain(
        ([old], [(70, "1.0.0", {"first": "yes"})]),
        ([old, new], [(50, "1.1.0", {"first": "yes", "a": "yes", "m": ("x",)})]),
    )
    [crosstab] = release_last(chain)["crosstabs"]
    assert (crosstab["base"], crosstab["cohorts"]) == (50, 1)
    assert figures(crosstab["cells"])["yes", "x"] == (50, 100)
    assert own_bases(crosstab["cells"]) == {}


def test_the_rows_are_of_the_single_choice_wherever_it_is_named() -> None:
    form = make_questionnaire(
        make_yes_no("a", required=True), make_multiple("m", "x", "y", max_choices=1), crosstabs=(("m", "a"),)
    )
    people: list[tuple[int, Answers]] = [
        (40, {"a": "yes", "m": ("x",)}),
        (20, {"a": "yes"}),
        (40, {"a": "no", "m": ("y",)}),
    ]
    [crosstab] = release_first(form, *people)["crosstabs"]
    assert figures(crosstab["cells"])["x", "yes"] == (40, 40)
    within = {read_values(cell): cell["within"] for cell in crosstab["cells"] if "within" in cell}
    assert [(row["question"], row["base"], row["share"]) for row in within.values()] == [
        ("a", 60, 67), ("a", 40, 100), ("a", 60, 33),
    ]  # fmt: skip


def test_a_row_of_fewer_than_twenty_people_shows_no_share_of_it() -> None:
    form = make_questionnaire(make_yes_no("a", required=True), make_yes_no("b", required=True), crosstabs=(("a", "b"),))
    people = (40, {"a": "yes", "b": "yes"}), (10, {"a": "no", "b": "yes"})
    [crosstab] = release_first(form, *people)["crosstabs"]
    by_values = {read_values(cell): cell for cell in crosstab["cells"]}
    assert by_values["no", "yes"]["count"] == 10
    assert by_values["no", "yes"]["within"] == {"question": "a", "status": "base_too_small"}
    assert by_values["yes", "yes"]["within"]["base"] == 40


def test_those_not_asked_one_of_the_two_are_in_no_cell_that_is_shown() -> None:
    form = make_questionnaire(
        make_yes_no("asks", required=True),
        make_yes_no("a", required=True, relevant=Equals("asks", "yes")),
        make_yes_no("b", required=True),
        crosstabs=(("a", "b"),),
    )
    people: list[tuple[int, str, Answers]] = [
        (30, "1.0.0", {"asks": "yes", "a": "yes", "b": "yes"}),
        (20, "1.0.0", {"asks": "yes", "a": "no", "b": "no"}),
        (50, "1.0.0", {"asks": "no", "b": "yes"}),
    ]
    [crosstab] = release_last(make_chain(([form], people), scale=2))["crosstabs"]
    assert crosstab["base"] == 50
    assert figures(crosstab["cells"]) == {
        ("yes", "yes"): (30, 60), ("yes", "no"): "below_threshold",
        ("no", "yes"): "below_threshold", ("no", "no"): (20, 40),
    }  # fmt: skip
    of_all = publish_measure("share", share(30, 50, Noise.of_cells(noise_unit(1, 2), 1, 6)))
    assert crosstab["cells"][0]["margin"] == of_all.margin


@pytest.mark.parametrize("scale", [1, 2])
def test_a_margin_has_the_noise_of_all_cells_and_within_a_row_that_of_its_own(scale: int) -> None:
    """Of six cells, of which a row has three: 30 of 100 people, and 30 of the 40 in the row."""
    form = make_questionnaire(
        make_yes_no("a", required=True), make_single("b", "x", "y", "z", required=True), crosstabs=(("a", "b"),)
    )
    people = [(30, "1.0.0", {"a": "yes", "b": "x"}), (10, "1.0.0", {"a": "yes", "b": "y"})]
    rest = [(60, "1.0.0", {"a": "no", "b": "z"})]
    [crosstab] = release_last(make_chain(([form], [*people, *rest]), scale=scale))["crosstabs"]
    cell = crosstab["cells"][0]
    unit = noise_unit(1, scale)
    of_all = publish_measure("share", share(30, 100, Noise.of_cells(unit, 1, 6)))
    of_row = publish_measure("share", share(30, 40, Noise.of_cells(unit, 1, 3)))
    assert (cell["count"], cell["share"], cell["margin"]) == (30, 30, of_all.margin)
    assert cell["within"] == {"question": "a", "status": "shown", "base": 40, "share": 75, "margin": of_row.margin}
