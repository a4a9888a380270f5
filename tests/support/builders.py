"""Small things to build tests from: questionnaires and studies in a line, each with what the test is about."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from shutil import copytree, ignore_patterns

from boucle.core.questionnaire.model import (
    Block,
    Choice,
    Multiple,
    Publication,
    Question,
    Questionnaire,
    Rating,
    Section,
    Single,
    YesNo,
)
from boucle.core.questionnaire.values import Text
from boucle.core.study.model import Controller, Mechanism, Opening, Study, Wave

REPOSITORY = Path(__file__).parent.parent.parent
SURVEYS = REPOSITORY / "surveys"
DEMONSTRATION = "parcours-de-qualite"


def copy_unpublished_surveys(folder: Path) -> Path:
    """A copy of the demonstration study that may be edited: without the lock of what was published."""
    copytree(SURVEYS, folder / "surveys", ignore=ignore_patterns("published.lock"))
    return folder / "surveys"


def make_text(words: str) -> Text:
    return {"fr": words}


def make_choices(*values: str, exclusive: str | None = None, other: str | None = None) -> tuple[Choice, ...]:
    return tuple(
        Choice(value=value, label=make_text(value), exclusive=value == exclusive, other=value == other)
        for value in values
    )


def make_yes_no(id: str, **options: object) -> YesNo:
    return YesNo(id=id, label=make_text(id), **options)  # type: ignore[arg-type]  # options are YesNo's own


def make_single(id: str, *values: str, **options: object) -> Single:
    return Single(id=id, label=make_text(id), choices=make_choices(*values), **options)  # type: ignore[arg-type]


def make_multiple(id: str, *values: str, max_choices: int | None = None, exclusive: str | None = None) -> Multiple:
    return Multiple(
        id=id,
        label=make_text(id),
        choices=make_choices(*values, exclusive=exclusive),
        max_choices=max_choices or len(values),
    )


def make_rating(id: str, minimum: int = 0, maximum: int = 10, **options: object) -> Rating:
    return Rating(id=id, label=make_text(id), minimum=minimum, maximum=maximum, **options)  # type: ignore[arg-type]


def make_questionnaire(
    *questions: Question | Block,
    id: str = "candidats",
    version: str = "1.0.0",
    crosstabs: tuple[tuple[str, str], ...] = (),
    verbatims: str = "none",
) -> Questionnaire:
    section = Section(id="section", title=make_text("Section"), blocks=questions)
    return Questionnaire(
        id=id,
        version=version,
        languages=("fr",),
        title=make_text("Questionnaire"),
        sections=(section,),
        publication=Publication(crosstabs=crosstabs, verbatims=verbatims),
    )


def make_wave(
    *openings: tuple[str, str, str],
    id: str = "2026",
    opens: str = "2026-01-05",
    closes: str = "2026-12-31",
    grace_days: int = 7,
) -> Wave:
    """A wave that takes each (questionnaire, version, from)."""
    by_questionnaire: dict[str, list[Opening]] = {}
    for name, version, opening in openings:
        by_questionnaire.setdefault(name, []).append(Opening(version=version, opens=date.fromisoformat(opening)))
    return Wave(
        id=id,
        opens=date.fromisoformat(opens),
        closes=date.fromisoformat(closes),
        grace_days=grace_days,
        openings={name: tuple(listed) for name, listed in by_questionnaire.items()},
    )


def make_study(*questionnaires: Questionnaire, waves: tuple[Wave, ...] | None = None, scale: int = 1) -> Study:
    """A study of these versions, all open in one wave unless waves are given."""
    opened = make_wave(*((version.id, version.version, "2026-01-05") for version in questionnaires))
    return Study(
        id="etude",
        languages=("fr",),
        title=make_text("Étude"),
        description={},
        audiences={},
        controller=Controller(
            name="Nous", contact="nous@example.org", dpo="dpo@example.org", legal_basis=make_text("...")
        ),
        retention_days=365,
        mechanism=Mechanism(scale=scale),
        waves=waves or (opened,),
        questionnaires=questionnaires,
    )


def name_controller(study_file: Path) -> None:
    """Say in a study that was just started who asks, without which nothing is frozen."""
    source = json.loads(study_file.read_text(encoding="utf-8"))
    source["controller"] |= {"name": "Ville d'essai", "contact": "enquetes@ville-essai.fr"}
    study_file.write_text(json.dumps(source, ensure_ascii=False), encoding="utf-8")
