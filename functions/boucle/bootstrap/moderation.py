"""The composition root of moderation, on the machine where the private key is."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boucle.bootstrap.aws_operator import dynamodb_copies
from boucle.config.settings import Settings
from boucle.content.surveys import read_surveys
from boucle.core.ports import Clock
from boucle.core.study.agreement import Agreement
from boucle.core.study.model import Study
from boucle.core.study.themes import Theme
from boucle.moderation.agreed import measured_agreement
from boucle.moderation.desk import Desk
from boucle.moderation.desk_app import Guide
from boucle.moderation.keys import TextKey
from boucle.moderation.second_coding import SecondDesk
from boucle.storage.sqlite_store.copies import SqliteCopies
from boucle.storage.sqlite_store.moderation_book import SqliteBook
from boucle.storage.text_source import KeptShelf


@dataclass(frozen=True, slots=True)
class Moderation:
    """A moderator's desk, and what each study tells its moderators."""

    desk: Desk
    guides: Mapping[str, Guide]


@contextmanager
def open_moderation(
    settings: Settings,
    clock: Clock,
    keys: Sequence[TextKey],
    moderator: str,
    *,
    dynamodb: str | None = None,
    again: bool = False,
) -> Iterator[Moderation]:
    """A seat at the texts of this machine, or of an installation on AWS, read with the operator's own rights."""
    studies = read_surveys(settings.surveys)
    with ExitStack() as opened:
        book = opened.enter_context(closing(SqliteBook(settings.moderation_file)))
        if dynamodb is None:
            files = (settings.responses_file, settings.ledger_file, settings.spent_file)
            copies = opened.enter_context(closing(SqliteCopies(*files)))
            shelf = KeptShelf(copies.texts)
        else:
            shelf = KeptShelf(dynamodb_copies(dynamodb).texts)
        seat = SecondDesk if again else Desk
        desk = seat(
            studies=studies, shelf=shelf, keys=keys, book=book, moderator=moderator, clock=clock, seconds=time.time
        )
        yield Moderation(desk, {id: _guide(settings.surveys / id, study) for id, study in studies.items()})


def agreement(settings: Settings, study: str) -> tuple[Agreement, ...]:
    """How far two people who coded the same texts agree, by theme of this study; nothing before there are enough."""
    if not settings.moderation_file.exists():
        return ()
    known = read_surveys(settings.surveys).get(study)
    themes = [each.id for each in known.themes] if known else []
    with closing(SqliteBook(settings.moderation_file)) as book:
        return measured_agreement(book, themes)


def _guide(folder: Path, study: Study) -> Guide:
    language = study.languages[0]
    route = _members(folder / "moderation.json").get("route", {}).get(language) or _numbers(study, language)
    themes = {each.id: each.label.get(language, each.id) for each in study.themes}
    return Guide(themes, route, tuple(_coded(each, language) for each in study.themes if each.definition))


def _coded(theme: Theme, language: str) -> tuple[str, str, tuple[str, ...]]:
    examples = tuple(each[language] for each in theme.examples if language in each)
    return theme.label.get(language, theme.id), theme.definition.get(language, ""), examples


def _numbers(study: Study, language: str) -> str:
    """For a study that sets no route of its own: the numbers that its forms show."""
    return " ; ".join(f"{each.number} ({each.label[language]})" for each in study.help_lines if language in each.label)


def _members(file: Path) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return loaded
