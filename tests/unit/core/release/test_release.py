"""Releases, ledger in, document out: without noise, so that every figure can be worked out by hand."""

import json
from collections.abc import Iterator
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.audit.chain import release_schema
from boucle.core.privacy.ledger import Entry
from boucle.core.questionnaire.conditions import Equals
from boucle.core.questionnaire.model import Number, ShareAtLeast
from boucle.core.questionnaire.values import Answers
from boucle.core.release.build import build_release
from boucle.core.release.document import ReleaseDocument
from boucle.core.release.estimates import Noise, noise_unit, share
from boucle.core.release.intervals import publish_measure
from boucle.core.strictjson import JsonObject
from support.builders import (
    make_multiple,
    make_questionnaire,
    make_rating,
    make_single,
    make_text,
    make_yes_no,
)
from support.cohorts import make_seeded_bits
from support.ledgers import make_chain
from support.random_forms import forms, raw_answers, to_pending
from support.released import (
    CROSSED_ANSWERS,
    CROSSED_FORM,
    figures,
    own_bases,
    question,
    release_first,
    release_last,
)


def publish_all(chain: tuple[Entry, ...]) -> list[ReleaseDocument]:
    """Every release of a chain, oldest first, each naming the one before."""
    made: list[ReleaseDocument] = []
    for number in range(1, len(chain) + 1):
        made.append(ReleaseDocument.of(build_release(chain[:number], made[-1].hash if made else None)))
    return made


def test_a_single_choice_is_published_over_everybody_who_was_asked() -> None:
    release = release_first(make_questionnaire(make_yes_no("a")), (77, {"a": "yes"}), (13, {"a": "no"}), (10, {}))
    published = question(release, "a")
    assert (published["base"], published["epsilon"], published["cohorts"]) == (100, 2, 1)
    assert figures(published["cells"]) == {"yes": (77, 77), "no": (13, 13), None: (10, 10)}
    assert release["respondents"] == 100


def test_those_who_were_not_asked_are_not_in_the_base() -> None:
    form = make_questionnaire(
        make_yes_no("a", required=True), make_rating("note", 0, 1, required=True, relevant=Equals("a", "yes"))
    )
    release = release_first(form, (30, {"a": "yes", "note": 1}), (20, {"a": "yes", "note": 0}), (50, {"a": "no"}))
    published = question(release, "note")
    assert published["base"] == 50
    assert figures(published["cells"]) == {0: (20, 40), 1: (30, 60)}


def test_a_count_under_five_is_said_to_be_less_than_a_percent_and_nothing_else() -> None:
    release = release_first(make_questionnaire(make_yes_no("a", required=True)), (196, {"a": "yes"}), (4, {"a": "no"}))
    assert question(release, "a")["cells"][1] == {"value": "no", "status": "below_threshold", "below": 3}


def test_a_base_under_twenty_shows_no_figure() -> None:
    form = make_questionnaire(
        make_yes_no("a", required=True),
        make_rating("note", 0, 1, relevant=Equals("a", "yes"), estimates=("mean", ShareAtLeast(threshold=1))),
    )
    published = question(release_first(form, (19, {"a": "yes", "note": 1}), (40, {"a": "no"})), "note")
    assert {tuple(sorted(cell)) for cell in published["cells"]} == {("status", "value")}
    assert {cell["status"] for cell in published["cells"]} == {"base_too_small"}
    assert {estimate["status"] for estimate in published["estimates"]} == {"base_too_small"}


def test_the_options_of_a_multiple_choice_are_counted_each_over_the_same_base() -> None:
    form = make_questionnaire(make_multiple("m", "x", "y", "z", max_choices=2))
    release = release_first(form, (50, {"m": ("x", "y")}), (30, {"m": ("y",)}), (20, {}))
    assert figures(question(release, "m")["cells"]) == {
        "x": (50, 50), "y": (80, 80), "z": "below_threshold", None: (20, 20),
    }  # fmt: skip


def test_a_share_at_least_under_five_people_is_said_to_be_less_than_a_percent() -> None:
    form = make_questionnaire(make_rating("note", required=True, estimates=(ShareAtLeast(threshold=8),)))
    published = question(release_first(form, (96, {"note": 3}), (4, {"note": 9})), "note")
    assert published["estimates"] == [
        {"name": "share_at_least", "threshold": 8, "status": "below_threshold", "below": 5}
    ]


def test_estimates_come_from_the_histogram() -> None:
    form = make_questionnaire(
        make_rating(
            "note", estimates=("mean", "median", "nps", ShareAtLeast(threshold=8)), dont_know=True, required=True
        )
    )
    release = release_first(form, (50, {"note": 10}), (20, {"note": 8}), (20, {"note": 2}), (10, {"note": "dont_know"}))
    values = {estimate["name"]: estimate["value"] for estimate in question(release, "note")["estimates"]}
    assert values == {"mean": 7.8, "median": 10, "nps": 33, "share_at_least": 70}


def test_the_mean_of_a_number_takes_the_middles_of_its_bins() -> None:
    age = Number(
        id="age", label=make_text("age"), minimum=16, maximum=65, bins=(16, 26, 50), required=True,
        estimates=("mean", "median", ShareAtLeast(threshold=26)),
    )  # fmt: skip
    release = release_first(make_questionnaire(age), (50, {"age": 20}), (50, {"age": 60}))
    values = {estimate["name"]: estimate["value"] for estimate in question(release, "age")["estimates"]}
    assert values == {"mean": (20.5 + 57.5) / 2, "median": 16, "share_at_least": 50}


def test_the_mode_of_answering_is_a_question_and_counts_in_the_epsilon_of_a_whole_response() -> None:
    release = release_first(make_questionnaire(make_yes_no("a")), (50, {}))
    assert figures(question(release, "_mode")["cells"])["self"] == (50, 100)
    assert release["epsilon"] == 4


def test_at_scale_two_everything_costs_half() -> None:
    form = make_questionnaire(make_multiple("m", "a", "b", "c", "d", "e", max_choices=5))
    chain = make_chain(([form], [(50, "1.0.0", {})]), scale=2)
    assert question(release_last(chain), "m")["epsilon"] == 3.5
    assert release_last(chain)["mechanism"] == {"name": "discrete-laplace", "scale": 2}


def test_a_minor_version_is_published_over_those_who_could_be_asked() -> None:
    old = make_questionnaire(make_single("a", "x", "y", required=True))
    new = make_questionnaire(make_single("a", "x", "y", "z", required=True), make_yes_no("b"), version="1.1.0")
    chain = make_chain(
        ([old], [(60, "1.0.0", {"a": "x"})]),
        ([old, new], [(10, "1.0.0", {"a": "y"}), (20, "1.1.0", {"a": "z", "b": "yes"}), (20, "1.1.0", {"a": "x"})]),
    )
    release = release_last(chain)
    assert release["versions"] == ["1.0.0", "1.1.0"]
    assert (question(release, "a")["cohorts"], question(release, "b")["cohorts"]) == (2, 1)
    # The ten who answered 1.0.0 on the second day were not asked b, nor was anybody on the first.
    assert question(release, "b")["base"] == 40
    assert figures(question(release, "b")["cells"])["yes"] == (20, 50)
    # The new choice was offered to the second cohort only: 20 of its 50.
    assert question(release, "a")["cells"][2]["base"] == 50
    assert figures(question(release, "a")["cells"]) == {"x": (80, 73), "y": (10, 9), "z": (20, 40)}


def test_a_question_of_a_later_version_has_the_noise_of_the_cohorts_since() -> None:
    old = make_questionnaire(make_yes_no("a", required=True))
    new = make_questionnaire(
        make_yes_no("a", required=True),
        make_yes_no("b", required=True),
        make_multiple("m", "x", "y", max_choices=1),
        version="1.1.0",
    )
    answered: Answers = {"a": "yes", "b": "yes", "m": ("x",)}
    chain = make_chain(
        ([old], [(60, "1.0.0", {"a": "yes"})]),
        ([old, new], [(20, "1.1.0", answered), (30, "1.1.0", {"a": "yes", "b": "no"})]),
        scale=2,
    )
    release = release_last(chain)
    one_cohort = publish_measure("share", share(20, 50, Noise.of_cells(noise_unit(1, 2), 1, 3)))
    of_b = question(release, "b")["cells"][0]
    assert (of_b["share"], of_b["margin"]) == (40, one_cohort.margin)
    multiple = question(release, "m")
    assert (multiple["base"], multiple["cohorts"]) == (50, 1)
    assert figures(multiple["cells"]) == {"x": (20, 40), "y": "below_threshold", None: (30, 60)}
    assert own_bases(multiple["cells"]) == {}


def test_a_release_that_counts_texts_says_how_many_of_one_person() -> None:
    form = make_questionnaire(make_yes_no("a"))
    assert release_first(replace(form, texts_each=2), (30, {"a": "yes"}))["texts_each"] == 2
    assert "texts_each" not in release_first(form, (30, {"a": "yes"}))


def test_a_release_is_the_same_bytes_whenever_it_is_made() -> None:
    cohort = ([CROSSED_FORM], [(count, "1.0.0", answers) for count, answers in CROSSED_ANSWERS])
    chain = make_chain(cohort, cohort)
    first, second = publish_all(chain)
    assert [first, second] == publish_all(chain)
    assert publish_all(chain[:1]) == [first]
    assert json.loads(second.content)["previous"] == first.hash


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_whatever_the_questionnaire_its_releases_fit_the_schema_and_add_up(data: st.DataObject) -> None:
    form = data.draw(forms())
    people = data.draw(st.lists(raw_answers(form), min_size=1, max_size=4))
    cohort = ([form], [(25, form.version, to_pending(form, person).answers) for person in people])
    release = release_last(make_chain(cohort, cohort, bits=make_seeded_bits(data.draw(st.integers(0, 10**6)))))
    assert release["respondents"] == 50 * len(people)
    for one_question in release["questions"]:
        assert 0 <= one_question["base"] <= release["respondents"]
        for cell in one_question["cells"]:
            assert ("count" in cell) == ("share" in cell) == (cell["status"] == "shown")
            assert cell.get("count", 5) >= 5
            assert cell.get("count", 0) <= one_question["base"]


# The published schema


def schemas(source: object) -> Iterator[JsonObject]:
    """Every part of a JSON Schema."""
    if isinstance(source, dict):
        yield source
        for part in source.values():
            yield from schemas(part)
    elif isinstance(source, list):
        for part in source:
            yield from schemas(part)


def test_no_object_of_a_release_has_room_for_anything_undeclared() -> None:
    objects = [schema for schema in schemas(release_schema()) if schema.get("type") == "object"]
    assert len(objects) > 10
    assert {schema.get("additionalProperties") for schema in objects} == {False}


def test_a_release_has_room_for_no_time_id_receipt_smallest_or_largest_answer() -> None:
    named = {name for schema in schemas(release_schema()) for name in schema.get("properties", {})}
    assert named == {
        "format", "study", "questionnaire", "major", "versions", "wave", "release", "date", "respondents", "cohorts",
        "demonstration", "mechanism", "name", "scale", "epsilon", "ledger", "previous", "questions", "crosstabs",
        "id", "type", "base", "cells", "value", "values", "status", "count", "share", "margin", "below", "within",
        "question", "estimates", "threshold", "texts_each", "days_from",
    }  # fmt: skip


@pytest.mark.parametrize("extra", ["id", "time", "minimum", "maximum", "receipt", "key"])
def test_a_release_that_says_more_is_refused_by_the_schema(extra: str) -> None:
    release = release_first(make_questionnaire(make_yes_no("a")), (50, {}))
    validator = jsonschema.Draft202012Validator(release_schema())
    for place in (release, release["questions"][0]["cells"][0], release["mechanism"]):
        place[extra] = 1
        assert not validator.is_valid(release)
        del place[extra]
    assert validator.is_valid(release)


def test_every_text_of_a_release_is_held_to_a_pattern_or_a_list() -> None:
    texts = [schema for schema in schemas(release_schema()) if schema.get("type") == "string"]
    assert texts
    assert all("pattern" in text_schema for text_schema in texts)
