"""The table of what a change is, as the reference page prints it for authors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from boucle.core.versions.causes import CAUSES, Bump, Cause
from boucle.core.versions.leaves import LEAVES

LEAF_NAMES: Mapping[str, str] = {
    "Questionnaire.languages": "`languages`, those that can be read whole",
    "Questionnaire.title": "`title`",
    "Questionnaire.intro": "`intro`",
    "Questionnaire.is_guide": "`mode`",
    "Publication.crosstabs": "`publication.crosstabs`",
    "Publication.verbatims": "`publication.verbatims`",
    "Section.id": "`id` of a section, or another section for a question or a note",
    "Section.title": "`title` of a section",
    "Section.intro": "`intro` of a section",
    "Section.relevant": "`relevant` of a section",
    "Section.blocks": "`questions` of a section: one more, one less, another order",
    "Note.id": "`id` of a note",
    "Note.label": "`label` of a note",
    "Note.media": "`media` of a note",
    "Note.relevant": "`relevant` of a note",
    "Grid.id": "`id` of a grid",
    "Grid.label": "`label` of a grid",
    "Grid.hint": "`hint` of a grid",
    "Grid.help": "`help` of a grid",
    "Grid.concept": "`concept` of a grid",
    "Grid.relevant": "`relevant` of a grid",
    "Grid.rows": "`rows` of a grid: one more, one less, another order",
    "Question.id": "`id` of a question or a row",
    "Question.type": "`type`",
    "Question.label": "`label` of a question or a row",
    "Question.hint": "`hint` of a question",
    "Question.help": "`help` of a question",
    "Question.media": "`media` of a question or a grid: another picture, or its `alt`",
    "Question.required": "`required`",
    "Question.relevant": "`relevant` of a question",
    "Question.concept": "`concept` of a question or a row",
    "Question.theme": "`theme`",
    "Question.profile": "`profile`",
    "Question.quasi_identifier": "`quasi_identifier`",
    "Question.continuity": "`continuity`: its `kind`, `reason` or `recode`",
    "Closed.estimates": "`estimates`",
    "Single.choices": "`choices` of a single choice or a grid: one more, one less, another order",
    "Multiple.choices": "`choices` of a multiple choice: one more, one less, another order",
    "Multiple.min_choices": "`min_choices`",
    "Multiple.max_choices": "`max_choices`, but where it only grows with the choices",
    "YesNo.dont_know": "`dont_know` of a yes or no",
    "Rating.minimum": "`min` of a rating",
    "Rating.maximum": "`max` of a rating",
    "Rating.anchors": "`anchors.min`, `anchors.max`",
    "Rating.dont_know": "`dont_know` of a rating",
    "Number.minimum": "`min` of a number",
    "Number.maximum": "`max` of a number",
    "Number.decimals": "`decimals`",
    "Number.unit": "`unit`",
    "Number.bins": "`bins` of a number",
    "Date.minimum": "`min` of a date",
    "Date.maximum": "`max` of a date",
    "Date.bins": "`bins` of a date",
    "Ranking.choices": "`choices` of a ranking: one more, one less, another order",
    "Ranking.top": "`top`",
    "FreeText.long": "`long`",
    "FreeText.min_length": "`min_length`",
    "FreeText.max_length": "`max_length`",
    "Choice.value": "`value` of a choice",
    "Choice.label": "`label` of a choice",
    "Choice.hint": "`hint` of a choice",
    "Choice.media": "`media` of a choice: another picture, or its `alt`",
    "Choice.exclusive": "`exclusive`",
    "Choice.other": "`other`",
}
"""What the file calls each leaf of the model."""

HEAD = """## What a change is

A published version never changes: a change is a new version, and its number says how far. `boucle diff OLD NEW` names
the smallest honest number and `boucle lint` refuses a smaller one. A **patch** leaves every series as it is; with a
**minor** version it goes on, marked on its chart; with a **major** one it breaks, unless the question's `continuity`
maps it.

A version is locked by `boucle freeze`, or by the first answer to it, whichever comes first. From then on an edited file
is refused, what is served stays as it was, and `boucle status` says so.

What is read with a question is its wording, wherever it stands: its label, hint, help and picture, those of its
choices, the label, hint and help of its grid, the ends of its scale, its unit. Other words are another question: a
major version, or a minor one where its author declares with a new `continuity` of kind `same`, and a reason that
readers see, that the meaning is the same. A declaration speaks of the change that it came with, not of later ones.

A text that is written anew is only a typo, and a patch, where one letter was doubled, dropped or swapped inside one
word of six letters or more, neither the first letter nor the ending, or where accents, capitals and punctuation alone
were mended. Another letter, word, number, sign, currency, emoji or negation is never a typo: `- de 26 ans` is not
`+ de 26 ans`. Nor is the text that stood beside it, on another choice, another row or the other end of the scale:
labels that change places are other words. A text that changes in translations alone is a translation, and a patch too.

Versions that were frozen before these rules keep the verdict that they were frozen with.
"""


def render_changes() -> Iterator[tuple[str, str, str]]:
    """The rows of the table: what changed, what that is, and the version that it asks for."""
    for leaf, causes in LEAVES.items():
        bumps = dict.fromkeys(_describe_bump(cause) for cause in causes)
        yield LEAF_NAMES[leaf], ", ".join(f"`{cause.value}`" for cause in causes), ", ".join(bumps)


def render_causes() -> Iterator[tuple[str, str, str]]:
    """Every kind of change with the version that it asks for, and why."""
    return ((f"`{cause.value}`", bump.name.lower(), reason) for cause, (bump, reason) in CAUSES.items())


def _describe_bump(cause: Cause) -> str:
    bump = CAUSES[cause][0]
    if cause is Cause.REWORDED:
        return f"{bump.name.lower()}; {CAUSES[Cause.REWORDED_THE_SAME][0].name.lower()} where declared the same"
    return {Bump.MAJOR: "major", Bump.MINOR: "minor"}.get(bump, "patch")
