"""Rankings as they are published: each item at each rank, over one base for all."""

from __future__ import annotations

from boucle.core.privacy.tables import Cell, Special
from boucle.core.questionnaire.conditions import Equals
from boucle.core.questionnaire.model import Ranking
from boucle.core.questionnaire.values import Answers
from support.builders import make_choices, make_questionnaire, make_text, make_yes_no
from support.ledgers import make_chain, replace_counts
from support.released import figures, own_bases, question, release_first, release_last


def test_a_ranking_counts_each_item_at_each_rank() -> None:
    form = make_questionnaire(Ranking(id="r", label=make_text("r"), choices=make_choices("x", "y", "z"), top=2))
    release = release_first(form, (60, {"r": ("x", "y")}), (30, {"r": ("y", "z")}), (10, {}))
    published = question(release, "r")
    assert (published["base"], published["epsilon"]) == (100, 6)
    assert figures(published["cells"]) == {
        ("x", 1): (60, 60), ("x", 2): "below_threshold",
        ("y", 1): (30, 30), ("y", 2): (60, 60),
        ("z", 1): "below_threshold", ("z", 2): (30, 30),
        None: (10, 10),
    }  # fmt: skip


def test_an_item_added_to_a_ranking_has_the_base_of_those_who_could_rank_it() -> None:
    old = make_questionnaire(
        Ranking(id="r", label=make_text("r"), choices=make_choices("x", "y"), top=1, required=True)
    )
    new = make_questionnaire(
        Ranking(id="r", label=make_text("r"), choices=make_choices("x", "y", "z"), top=1, required=True),
        version="1.1.0",
    )
    chain = make_chain(
        ([old], [(60, "1.0.0", {"r": ("x",)})]),
        ([old, new], [(20, "1.1.0", {"r": ("z",)}), (20, "1.1.0", {"r": ("x",)})]),
    )
    cells = question(release_last(chain), "r")["cells"]
    assert figures(cells) == {("x", 1): (80, 80), ("y", 1): "below_threshold", ("z", 1): (20, 50)}
    assert own_bases(cells) == {("z", 1): 40}


def test_those_who_were_not_asked_a_ranking_are_not_in_its_base() -> None:
    ranking = Ranking(
        id="r", label=make_text("r"), choices=make_choices("x", "y", "z"), top=1, relevant=Equals("a", "yes")
    )
    form = make_questionnaire(make_yes_no("a", required=True), ranking)
    people: list[tuple[int, Answers]] = [(30, {"a": "yes", "r": ("x",)}), (20, {"a": "yes"}), (50, {"a": "no"})]
    published = question(release_first(form, *people), "r")
    assert published["base"] == 50
    assert figures(published["cells"]) == {
        ("x", 1): (30, 60), ("y", 1): "below_threshold", ("z", 1): "below_threshold", None: (20, 40),
    }  # fmt: skip


def test_a_ranking_of_a_later_version_is_of_the_cohorts_since() -> None:
    ranking = Ranking(id="r", label=make_text("r"), choices=make_choices("x", "y"), top=1, required=True)
    old = make_questionnaire(make_yes_no("a", required=True))
    new = make_questionnaire(make_yes_no("a", required=True), ranking, version="1.1.0")
    chain = make_chain(([old], [(60, "1.0.0", {"a": "yes"})]), ([old, new], [(40, "1.1.0", {"a": "yes", "r": ("x",)})]))
    published = question(release_last(chain), "r")
    assert (published["base"], published["cohorts"]) == (40, 1)
    assert figures(published["cells"]) == {("x", 1): (40, 100), ("y", 1): "below_threshold"}
    assert own_bases(published["cells"]) == {}


def test_the_tables_of_all_items_say_together_how_many_did_not_answer() -> None:
    """Noise makes 10 of it in one table and 22 in the other: 16, and 84 to share out among the ranks of each item."""
    ranking = Ranking(id="r", label=make_text("r"), choices=make_choices("x", "y"), top=1)
    [entry] = make_chain(([make_questionnaire(ranking)], [(100, "1.0.0", {"r": ("x",)})]))
    for table, ranked, not_ranked, no_answer in zip(
        entry.plan.tables_of("r"), (60, 30), (30, 48), (10, 22), strict=True
    ):
        counts: dict[Cell, int] = {(1,): ranked, (Special.NOT_RANKED,): not_ranked, (Special.NO_ANSWER,): no_answer}
        entry = replace_counts(entry, table, counts)
    published = question(release_last((entry,)), "r")
    assert published["base"] == 100
    assert figures(published["cells"]) == {("x", 1): (57, 57), ("y", 1): (33, 33), None: (16, 16)}
