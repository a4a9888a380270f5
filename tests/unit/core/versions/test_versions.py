"""Comparing versions: the change in, the smallest honest bump and the fate of the series out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from boucle.authoring.writing import as_file
from boucle.cli import main
from boucle.content.surveys import read_study
from boucle.core.questionnaire.conditions import And, Condition, Equals, Not, Or
from boucle.core.questionnaire.model import (
    Choice,
    Continuity,
    Date,
    FreeText,
    Grid,
    Multiple,
    Note,
    Number,
    Publication,
    Question,
    Questionnaire,
    Ranking,
    Rating,
    Single,
)
from boucle.core.versions.causes import CAUSES, Bump, Cause
from boucle.core.versions.compare import Comparison, Fate, NotComparable, compare, find_continuity_issues, read_bump
from boucle.core.versions.first_edition import FIRST_EDITION
from support.builders import REPOSITORY, make_choices, make_questionnaire, make_text

AIDE = Single(id="aide", label=make_text("Comment êtes-vous aidé aujourd'hui ?"), choices=make_choices("bien", "mal"))
FREINS = Multiple(id="freins", label=make_text("Quels freins ?"), choices=make_choices("a", "b", "c"), max_choices=2)
NOTE = Rating(id="note", label=make_text("Quelle note ?"), minimum=0, maximum=10)
ENFANTS = Number(id="enfants", label=make_text("Combien d'enfants ?"), minimum=0, maximum=10, bins=(0, 1, 3))
ENTREE = Date(id="entree", label=make_text("Quand ?"), minimum="2020-01-01", maximum="2026-01-01", bins=("2020-01-01",))
ORDRE = Ranking(id="ordre", label=make_text("Dans quel ordre ?"), choices=make_choices("a", "b"), top=2)
RECIT = FreeText(id="recit", label=make_text("Racontez."))
ACCUEIL = Single(id="avis.accueil", grid="avis", label=make_text("L'accueil"), choices=make_choices("bon", "mauvais"))
AVIS = Grid(id="avis", label=make_text("Votre avis"), rows=(ACCUEIL,))
BEFORE = make_questionnaire(AIDE, FREINS, NOTE, ENFANTS, ENTREE, ORDRE, AVIS, RECIT, crosstabs=(("aide", "freins"),))

SAME = Continuity(kind="same", reason=make_text("Le sens est le même."))

Edit = Callable[[Questionnaire], Questionnaire]


def with_question(new: Question) -> Edit:
    """The questionnaire with one question replaced by another of its id."""

    def edit(old: Questionnaire) -> Questionnaire:
        section = old.sections[0]
        blocks = tuple(new if block.id == new.id else block for block in section.blocks)
        return replace(old, sections=(replace(section, blocks=blocks),))

    return edit


def with_blocks(*added: Question | Note, without: str = "") -> Edit:
    def edit(old: Questionnaire) -> Questionnaire:
        section = old.sections[0]
        kept = tuple(block for block in section.blocks if block.id != without)
        return replace(old, sections=(replace(section, blocks=(*kept, *added)),))

    return edit


def ask_if(condition: Condition) -> Edit:
    return with_question(replace(NOTE, relevant=condition))


def compare_edit(edit: Edit, version: str = "2.0.0") -> Comparison:
    return compare(BEFORE, replace(edit(BEFORE), version=version))


def relabel(question: Question, label: str, **others: str) -> Edit:
    return with_question(replace(question, label={"fr": label, **others}))


THREE = make_choices("bien", "mal", "pas")
CAFE = Question(id="cafe", label=make_text("Un café ?"))
HELPED = Equals("aide", "bien")

TABLE: list[tuple[str, Edit, Cause, Bump]] = [
    (
        "a typo",
        relabel(AIDE, "Comment etes-vous aidé aujourd’hui?"),
        Cause.TYPO,
        Bump.PATCH,
    ),
    (
        "a translation",
        relabel(NOTE, NOTE.label["fr"], en="?"),
        Cause.TRANSLATION,
        Bump.PATCH,
    ),
    ("a title", lambda old: replace(old, title=make_text("Autre titre")), Cause.FRAME, Bump.PATCH),
    ("an order", lambda old: with_blocks(AIDE, without="aide")(old), Cause.LAYOUT, Bump.PATCH),
    (
        "an order of choices",
        with_question(replace(AIDE, choices=make_choices("mal", "bien"))),
        Cause.LAYOUT,
        Bump.PATCH,
    ),
    ("a theme", with_question(replace(AIDE, theme="ecoute")), Cause.LABELLING, Bump.PATCH),
    ("an estimate", with_question(replace(NOTE, estimates=("mean",))), Cause.LABELLING, Bump.PATCH),
    ("a language", lambda old: replace(old, languages=("fr", "en")), Cause.LANGUAGE_ADDED, Bump.PATCH),
    ("a new optional question", with_blocks(CAFE), Cause.QUESTION_ADDED, Bump.MINOR),
    (
        "a new choice",
        with_question(replace(AIDE, choices=make_choices("bien", "mal", "pas"))),
        Cause.CHOICE_ADDED,
        Bump.MINOR,
    ),
    ("I don't know", with_question(replace(NOTE, dont_know=True)), Cause.CHOICE_ADDED, Bump.MINOR),
    (
        "a hint",
        with_question(replace(NOTE, hint=make_text("Comptez aussi l'accueil."))),
        Cause.REWORDED,
        Bump.MAJOR,
    ),
    ("a note", with_blocks(Note(id="merci", label=make_text("Merci"))), Cause.FRAME, Bump.PATCH),
    (
        "instructions frozen under the first rules",
        lambda old: replace(with_question(replace(NOTE, hint=make_text("Comptez.")))(old), edition=FIRST_EDITION),
        Cause.INSTRUCTIONS,
        Bump.MINOR,
    ),
    ("a guide", lambda old: replace(old, is_guide=True), Cause.MODE, Bump.MAJOR),
    ("a declaration alone", with_question(replace(NOTE, continuity=SAME)), Cause.DECLARATION, Bump.PATCH),
    (
        "other words declared the same",
        with_question(replace(NOTE, label=make_text("Combien sur dix ?"), continuity=SAME)),
        Cause.REWORDED_THE_SAME,
        Bump.MINOR,
    ),
    (
        "verbatims",
        lambda old: replace(old, publication=replace(old.publication, verbatims="moderated")),
        Cause.VERBATIMS,
        Bump.MINOR,
    ),
    ("other words", relabel(NOTE, "Combien sur dix ?"), Cause.REWORDED, Bump.MAJOR),
    (
        "other words of a choice",
        with_question(
            replace(AIDE, choices=(Choice(value="bien", label=make_text("Parfaitement")), *make_choices("mal")))
        ),
        Cause.REWORDED,
        Bump.MAJOR,
    ),
    ("a concept", with_question(replace(NOTE, concept="satisfaction")), Cause.CONCEPT, Bump.MAJOR),
    ("a type", with_question(FreeText(id="note", label=NOTE.label)), Cause.TYPE, Bump.MAJOR),
    ("a longer scale", with_question(replace(NOTE, minimum=1)), Cause.SCALE, Bump.MAJOR),
    ("other bins", with_question(replace(ENFANTS, bins=(0, 2))), Cause.SCALE, Bump.MAJOR),
    ("other days", with_question(replace(ENTREE, maximum="2027-01-01")), Cause.SCALE, Bump.MAJOR),
    ("an item to rank", with_question(replace(ORDRE, choices=make_choices("a", "b", "c"))), Cause.SCALE, Bump.MAJOR),
    ("more choices at once", with_question(replace(FREINS, max_choices=3)), Cause.SELECTION, Bump.MAJOR),
    (
        "an exclusive choice",
        with_question(replace(FREINS, choices=make_choices("a", "b", "c", exclusive="c"))),
        Cause.SELECTION,
        Bump.MAJOR,
    ),
    ("a choice less", with_question(replace(AIDE, choices=make_choices("bien"))), Cause.CHOICE_REMOVED, Bump.MAJOR),
    ("a question less", with_blocks(without="recit"), Cause.QUESTION_REMOVED, Bump.MAJOR),
    ("a row less", with_question(replace(AIDE, id="avis")), Cause.QUESTION_REMOVED, Bump.MAJOR),
    ("an obligation", with_question(replace(NOTE, required=True)), Cause.OBLIGATION_ADDED, Bump.MAJOR),
    ("a new required question", with_blocks(replace(CAFE, required=True)), Cause.REQUIRED_QUESTION_ADDED, Bump.MAJOR),
    ("a base", ask_if(HELPED), Cause.BASE, Bump.MAJOR),
    ("a cross-tab", lambda old: replace(old, publication=Publication()), Cause.CROSSTABS, Bump.MAJOR),
    (
        "a break that the author declares",
        with_question(replace(NOTE, continuity=Continuity(kind="break", reason=make_text("La loi a changé.")))),
        Cause.DECLARED_BREAK,
        Bump.MAJOR,
    ),
]


@pytest.mark.parametrize(("edit", "cause", "bump"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_change_asks_for_its_bump(edit: Edit, cause: Cause, bump: Bump) -> None:
    comparison = compare_edit(edit)
    assert cause in [change.cause for change in comparison.changes]
    assert comparison.bump is bump


def test_an_obligation_dropped_and_a_language_dropped_are_minor() -> None:
    strict = replace(with_question(replace(NOTE, required=True))(BEFORE), languages=("fr", "en"))
    assert {change.cause for change in compare(strict, BEFORE).changes} == {
        Cause.OBLIGATION_DROPPED,
        Cause.LANGUAGE_REMOVED,
    }
    assert compare(strict, BEFORE).bump is Bump.MINOR


def test_every_cause_is_seen_in_these_tests() -> None:
    assert {row[2] for row in TABLE} | {Cause.OBLIGATION_DROPPED, Cause.LANGUAGE_REMOVED} == set(CAUSES)


def test_nothing_changed_is_no_change() -> None:
    assert (compare_edit(lambda old: old).changes, compare_edit(lambda old: old).bump) == ((), Bump.NONE)


def test_a_new_choice_does_not_change_a_limit_that_admits_all() -> None:
    open_ended = replace(FREINS, max_choices=3)
    longer = replace(FREINS, choices=make_choices("a", "b", "c", "d"), max_choices=4)
    comparison = compare(make_questionnaire(open_ended), make_questionnaire(longer))
    assert comparison.bump is Bump.MINOR


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (And((HELPED, Equals("freins", "a"))), And((Equals("freins", "a"), HELPED))),
        (Or((HELPED, Or((Equals("note", 1), HELPED)))), Or((Equals("note", 1), HELPED))),
        (Not(Not(HELPED)), HELPED),
    ],
)
def test_conditions_that_say_the_same_otherwise_are_no_change(before: Condition, after: Condition) -> None:
    assert compare(ask_if(before)(BEFORE), ask_if(after)(BEFORE)).changes == ()


def test_series_go_on_are_marked_break_or_are_carried_over() -> None:
    def edit(old: Questionnaire) -> Questionnaire:
        recoding = Continuity(kind="recode", reason=make_text("Regroupé."), recode={"mal": "bof"})
        recoded = with_question(replace(AIDE, choices=make_choices("bien", "bof"), continuity=recoding))(old)
        shorter = with_question(replace(NOTE, minimum=1))(recoded)
        same = with_question(replace(ENFANTS, maximum=12, continuity=SAME))(shorter)
        hinted = with_question(replace(ORDRE, hint=make_text("Du mieux au pire."), continuity=SAME))(same)
        return with_blocks(CAFE, without="recit")(hinted)

    assert compare_edit(edit).fates == {
        "aide": Fate.RECODED,
        "freins": Fate.GOES_ON,
        "note": Fate.BREAKS,
        "enfants": Fate.SAME,
        "entree": Fate.GOES_ON,
        "ordre": Fate.MARKED,
        "avis.accueil": Fate.GOES_ON,
        "recit": Fate.ENDS,
        "cafe": Fate.STARTS,
    }


def test_a_continuity_that_cannot_hold_is_named() -> None:
    def find_issues(continuity: Continuity) -> list[str]:
        edit = with_question(replace(AIDE, choices=make_choices("bien", "bof"), continuity=continuity))
        return [message for _, message, _ in find_continuity_issues(compare_edit(edit))]

    def recode(**mapped: str) -> Continuity:
        return Continuity(kind="recode", reason=make_text("Regroupé."), recode=mapped)

    assert find_issues(SAME) == ["It is declared the same, and mal can no longer be answered."]
    assert find_issues(recode()) == ["The recoding leaves out mal."]
    assert find_issues(recode(mal="bof", pire="bof")) == ["No answer was pire."]
    assert find_issues(recode(mal="moyen")) == ["No answer is moyen."]
    assert find_issues(recode(mal="bof")) == []


@pytest.mark.parametrize(
    ("old", "new", "bump"),
    [
        ("1.0.0", "1.0.1", Bump.PATCH),
        ("1.2.3", "1.10.0", Bump.MINOR),
        ("1.2.3", "2.0.0", Bump.MAJOR),
        ("1.0.0", "1.0.0", Bump.NONE),
        ("1.10.0", "1.9.0", Bump.NONE),
    ],
)
def test_version_numbers_declare_a_bump(old: str, new: str, bump: Bump) -> None:
    assert read_bump(old, new) is bump


def test_a_larger_bump_than_needed_is_honest_and_a_smaller_one_is_not() -> None:
    edit = with_blocks(CAFE)
    assert [compare_edit(edit, version).is_honest for version in ("1.0.1", "1.1.0", "2.0.0")] == [False, True, True]


def test_two_questionnaires_are_not_compared() -> None:
    with pytest.raises(NotComparable):
        compare(BEFORE, replace(BEFORE, id="professionnels"))


def test_a_declaration_speaks_of_its_own_change_only() -> None:
    declared = with_question(replace(NOTE, label=make_text("Combien sur dix ?"), continuity=SAME))(BEFORE)
    later = with_question(replace(NOTE, label=make_text("Combien sur cent ?"), continuity=SAME))(BEFORE)
    assert compare(BEFORE, declared).fates["note"] is Fate.MARKED
    assert compare(declared, later).fates["note"] is Fate.BREAKS


def version_file(folder: Path, version: str, *labels: str) -> str:
    questions = [{"id": f"q{n}", "type": "yes_no", "label": {"fr": label}} for n, label in enumerate(labels)]
    section = {"id": "debut", "title": {"fr": "Début"}, "questions": questions}
    head = {"format": 1, "id": "usagers", "version": version, "languages": ["fr"], "title": {"fr": "Votre avis"}}
    file = folder / f"{version}.json"
    file.write_text(as_file(head | {"sections": [section]}), encoding="utf-8")
    return str(file)


def test_the_command_says_what_changed_why_and_which_version_would_be_honest(tmp_path: Path) -> None:
    old = version_file(tmp_path, "1.0.0", "Un ?")
    honest = CliRunner().invoke(main, ["diff", old, version_file(tmp_path, "1.1.0", "Un ?", "Deux ?")])
    assert honest.exit_code == 0
    assert honest.output.splitlines() == [
        "usagers: 1.0.0 -> 1.1.0",
        "  q1 (its series starts)",
        "    minor: question-added",
        "Smallest honest bump: minor, because earlier answers count as not asked.",
    ]
    refused = CliRunner().invoke(main, ["diff", old, version_file(tmp_path, "1.0.1", "Un ?", "Deux ?")])
    assert (refused.exit_code, "1.0.1 says patch: call it 1.1.0." in refused.output) == (1, True)


def test_the_command_refuses_what_is_no_version_and_what_is_older(tmp_path: Path) -> None:
    old, new = version_file(tmp_path, "1.0.0", "Un ?"), version_file(tmp_path, "1.0.1", "Un ?")
    backwards = CliRunner().invoke(main, ["diff", new, old])
    assert (backwards.exit_code, "is not newer" in backwards.output) == (1, True)
    broken = tmp_path / "broken.json"
    broken.write_text("{}", encoding="utf-8")
    refused = CliRunner().invoke(main, ["diff", old, str(broken)])
    assert (refused.exit_code, "boucle lint" in refused.output) == (1, True)


LOCKED_PAIR = REPOSITORY / "tests" / "fixtures" / "v0.1.0" / "surveys" / "mediatheque"


def test_versions_that_0_1_0_froze_keep_their_verdict() -> None:
    study = read_study(LOCKED_PAIR)
    old, new = (study.by_version["lecteurs", version] for version in ("1.0.0", "1.1.0"))
    assert (old.edition, new.edition) == (FIRST_EDITION, FIRST_EDITION)
    assert compare(old, new).bump is Bump.MINOR


def grid_file(folder: Path, version: str, label: str) -> str:
    rows = [{"id": "accueil", "label": {"fr": "l'accueil"}}, {"id": "horaires", "label": {"fr": "les horaires"}}]
    choices = [{"value": value, "label": {"fr": value}} for value in ("oui", "non")]
    grid = {"id": "avis", "type": "grid", "label": {"fr": label}, "rows": rows, "choices": choices}
    section = {"id": "s", "title": {"fr": "Section"}, "questions": [grid]}
    head = {"format": 1, "id": "usagers", "version": version, "languages": ["fr"], "title": {"fr": "Votre avis"}}
    file = folder / f"{version}.json"
    file.write_text(as_file(head | {"sections": [section]}), encoding="utf-8")
    return str(file)


def test_the_question_of_a_grid_that_changes_is_major_and_both_texts_are_shown(tmp_path: Path) -> None:
    old = grid_file(tmp_path, "1.0.0", "Êtes-vous satisfait de :")
    refused = CliRunner().invoke(main, ["diff", old, grid_file(tmp_path, "1.0.1", "Voulez-vous que nous changions :")])
    assert refused.exit_code == 1
    assert '[grid: "Êtes-vous satisfait de :" -> "Voulez-vous que nous changions :"]' in refused.output
    assert "call it 2.0.0" in refused.output


def choice_file(folder: Path, version: str, *labels: str) -> str:
    choices = [{"value": f"c{number}", "label": {"fr": label}} for number, label in enumerate(labels)]
    question = {"id": "age", "type": "single", "label": {"fr": "Votre âge ?"}, "choices": choices}
    section = {"id": "s", "title": {"fr": "Section"}, "questions": [question]}
    head = {"format": 1, "id": "usagers", "version": version, "languages": ["fr"], "title": {"fr": "Votre avis"}}
    file = folder / f"{version}.json"
    file.write_text(as_file(head | {"sections": [section]}), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("first", "second"), [("- de 26 ans", "+ de 26 ans"), ("😀", "😡"), ("< 1 500 €", "> 1 500 €"), ("100 €", "100 $")]
)
def test_signs_that_are_swapped_are_major(tmp_path: Path, first: str, second: str) -> None:
    old, new = choice_file(tmp_path, "1.0.0", first, second), choice_file(tmp_path, "1.0.1", second, first)
    refused = CliRunner().invoke(main, ["diff", old, new])
    assert (refused.exit_code, "call it 2.0.0" in refused.output) == (1, True)
