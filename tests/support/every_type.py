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


def said(words: str) -> Text:
    return {"fr": f"{words} (fr)", "en": f"{words} (en)", "ar": f"{words} (ar)"}


def picks(*values: str) -> tuple[Choice, ...]:
    return tuple(Choice(value=value, label=said(value)) for value in values)


SUPPORTED = Equals("supported", "yes")
OTHER = Choice(value="other", label=said("other"), other=True)
NOTHING = Choice(value="nothing", label=said("nothing"), exclusive=True)
OFTEN = picks("never", "often")

CHOICES = Section(
    id="choices",
    title=said("Choices"),
    intro=said("A few words first."),
    blocks=(
        Note(id="welcome", label=said("*Welcome* to all")),
        YesNo(id="supported", label=said("Supported?"), required=True),
        Rating(
            id="mark",
            label=said("Which mark?"),
            minimum=0,
            maximum=10,
            dont_know=True,
            anchors=Anchors(minimum=said("Bad"), maximum=said("Good")),
            relevant=SUPPORTED,
        ),
        Single(
            id="place",
            label=said("Where?"),
            choices=(
                Choice(
                    value="town",
                    label=said("town"),
                    hint=said("Over 20,000 people"),
                    media=Media(src="town.png", alt=said("A town")),
                ),
                *picks("country"),
            ),
        ),
        Multiple(
            id="blocks",
            label=said("What blocks you?"),
            choices=(NOTHING, *picks("bus", "language"), OTHER),
            max_choices=2,
        ),
        FreeText(id="blocks.other", label=said("Which?"), other_of="blocks", relevant=Includes("blocks", "other")),
    ),
)

WORDS = Section(
    id="words",
    title=said("Words and figures"),
    relevant=SUPPORTED,
    blocks=(
        FreeText(id="job", label=said("Which job?"), hint=said("In one word"), help=said("- the last\n- or the next")),
        FreeText(id="story", label=said("Tell us"), long=True, max_length=500),
        Number(id="age", label=said("Age?"), minimum=16.0, maximum=99.0, unit=said("years")),
        Date(id="since", label=said("Since when?"), minimum="2020-01-01", maximum="2026-12-31"),
        Ranking(id="ranks", label=said("Rank"), choices=picks("pay", "place", "people"), top=2),
        Grid(
            id="follow",
            label=said("How often?"),
            rows=tuple(
                Single(id=f"follow.{row}", label=said(row), choices=OFTEN, grid="follow") for row in ("calls", "visits")
            ),
        ),
    ),
)

QUESTIONNAIRE = Questionnaire(
    id="people",
    version="1.0.0",
    languages=("fr", "en", "ar"),
    title=said("Your path"),
    intro=said("Ten minutes."),
    sections=(CHOICES, WORDS),
    publication=Publication(verbatims="moderated"),
)

STUDY = Study(
    id="paths",
    languages=("fr", "en", "ar"),
    title=said("Paths"),
    description=said("To know what makes a good path."),
    audiences={"people": said("People")},
    controller=Controller(
        name="The office", contact="office@example.org", dpo="dpo@example.org", legal_basis=said("Public task.")
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
