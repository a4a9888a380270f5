"""One study whose only questionnaire holds every type of question, in three languages."""

from __future__ import annotations

from datetime import date

from boucle.core.questionnaire.conditions import Equals, Includes
from boucle.core.questionnaire.model import (
    Anchors,
    Choice,
    Date,
    FreeText,
    Grid,
    Media,
    Multiple,
    Note,
    Number,
    Publication,
    Questionnaire,
    Ranking,
    Rating,
    Section,
    Single,
    YesNo,
)
from boucle.core.questionnaire.values import Text
from boucle.core.study.model import Controller, Mechanism, Opening, Study, Wave


def make_text(words: str) -> Text:
    return {"fr": f"{words} (fr)", "en": f"{words} (en)", "ar": f"{words} (ar)"}


def make_choices(*values: str) -> tuple[Choice, ...]:
    return tuple(Choice(value=value, label=make_text(value)) for value in values)


SUPPORTED = Equals("supported", "yes")
OTHER = Choice(value="other", label=make_text("other"), other=True)
NOTHING = Choice(value="nothing", label=make_text("nothing"), exclusive=True)
OFTEN = make_choices("never", "often")

CHOICES = Section(
    id="choices",
    title=make_text("Choices"),
    intro=make_text("A few words first."),
    blocks=(
        Note(id="welcome", label=make_text("*Welcome* to all")),
        YesNo(id="supported", label=make_text("Supported?"), required=True),
        Rating(
            id="mark",
            label=make_text("Which mark?"),
            minimum=0,
            maximum=10,
            dont_know=True,
            anchors=Anchors(minimum=make_text("Bad"), maximum=make_text("Good")),
            relevant=SUPPORTED,
        ),
        Single(
            id="place",
            label=make_text("Where?"),
            choices=(
                Choice(
                    value="town",
                    label=make_text("town"),
                    hint=make_text("Over 20,000 people"),
                    media=Media(src="town.png", alt=make_text("A town")),
                ),
                *make_choices("country"),
            ),
        ),
        Multiple(
            id="blocks",
            label=make_text("What blocks you?"),
            choices=(NOTHING, *make_choices("bus", "language"), OTHER),
            max_choices=2,
        ),
        FreeText(id="blocks.other", label=make_text("Which?"), other_of="blocks", relevant=Includes("blocks", "other")),
    ),
)

WORDS = Section(
    id="words",
    title=make_text("Words and figures"),
    relevant=SUPPORTED,
    blocks=(
        FreeText(
            id="job",
            label=make_text("Which job?"),
            hint=make_text("In one word"),
            help=make_text("- the last\n- or the next"),
        ),
        FreeText(id="story", label=make_text("Tell us"), long=True, max_length=500),
        Number(id="age", label=make_text("Age?"), minimum=16.0, maximum=99.0, unit=make_text("years")),
        Date(id="since", label=make_text("Since when?"), minimum="2020-01-01", maximum="2026-12-31"),
        Ranking(id="ranks", label=make_text("Rank"), choices=make_choices("pay", "place", "people"), top=2),
        Grid(
            id="follow",
            label=make_text("How often?"),
            rows=tuple(
                Single(id=f"follow.{row}", label=make_text(row), choices=OFTEN, grid="follow")
                for row in ("calls", "visits")
            ),
        ),
    ),
)

QUESTIONNAIRE = Questionnaire(
    id="people",
    version="1.0.0",
    languages=("fr", "en", "ar"),
    title=make_text("Your path"),
    intro=make_text("Ten minutes."),
    sections=(CHOICES, WORDS),
    publication=Publication(verbatims="moderated"),
)

STUDY = Study(
    id="paths",
    languages=("fr", "en", "ar"),
    title=make_text("Paths"),
    description=make_text("To know what makes a good path."),
    audiences={"people": make_text("People")},
    controller=Controller(
        name="The office", contact="office@example.org", dpo="dpo@example.org", legal_basis=make_text("Public task.")
    ),
    retention_days=365,
    mechanism=Mechanism(),
    waves=(
        Wave(
            id="2026",
            opens=date(2026, 1, 5),
            closes=date(2026, 12, 31),
            grace_days=7,
            openings={"people": (Opening(version="1.0.0", opens=date(2026, 1, 5)),)},
            population={},
        ),
    ),
    questionnaires=(QUESTIONNAIRE,),
)
