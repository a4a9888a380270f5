"""The composition root of moderation, on the machine where the private key is."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boucle.bootstrap.aws_operator import make_dynamo_transfer
from boucle.config.settings import Settings
from boucle.content.surveys import read_studies
from boucle.core.ports import Clock
from boucle.core.study.agreement import Agreement
from boucle.core.study.model import Study
from boucle.core.study.themes import Theme
from boucle.moderation.agreed import measure_agreement
from boucle.moderation.desk import ModerationDesk, SecondCodingDesk
from boucle.moderation.desk_app import Guide
from boucle.moderation.keys import TextKey
from boucle.storage.sqlite_store.copies import SqliteTransfer
from boucle.storage.sqlite_store.moderation_book import SqliteBook
from boucle.storage.text_source import ExportedTextSource


@dataclass(frozen=True, slots=True)
class Moderation:
    """A moderator's desk, and what each study tells its moderators."""

    desk: ModerationDesk
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
    """The desk of one moderator: texts of this machine, or of an installation on AWS by the operator's own rights."""
    studies = read_studies(settings)
    with ExitStack() as opened:
        book = opened.enter_context(closing(SqliteBook(settings.moderation_file)))
        if dynamodb is None:
            files = (settings.responses_file, settings.ledger_file, settings.used_invitations_file)
            copies = opened.enter_context(closing(SqliteTransfer(*files)))
            text_source = ExportedTextSource(copies.export_texts)
        else:
            text_source = ExportedTextSource(make_dynamo_transfer(dynamodb).export_texts)
        make_desk = SecondCodingDesk if again else ModerationDesk
        desk = make_desk(
            studies=studies,
            text_source=text_source,
            keys=keys,
            book=book,
            moderator=moderator,
            clock=clock,
            seconds=time.time,
        )
        yield Moderation(desk, {id: _make_guide(settings.surveys / id, study) for id, study in studies.items()})


def read_agreement(settings: Settings, study: str) -> tuple[Agreement, ...]:
    """How far two people who coded the same texts agree, by theme of this study; nothing before there are enough."""
    if not settings.moderation_file.exists():
        return ()
    known = read_studies(settings).get(study)
    themes = [theme.id for theme in known.themes] if known else []
    with closing(SqliteBook(settings.moderation_file)) as book:
        return measure_agreement(book, themes)


def _make_guide(folder: Path, study: Study) -> Guide:
    language = study.languages[0]
    route = _read_members(folder / "moderation.json").get("route", {}).get(language) or _format_help_lines(
        study, language
    )
    themes = {theme.id: theme.label.get(language, theme.id) for theme in study.themes}
    return Guide(themes, route, tuple(_describe_theme(theme, language) for theme in study.themes if theme.definition))


def _describe_theme(theme: Theme, language: str) -> tuple[str, str, tuple[str, ...]]:
    examples = tuple(example[language] for example in theme.examples if language in example)
    return theme.label.get(language, theme.id), theme.definition.get(language, ""), examples


def _format_help_lines(study: Study, language: str) -> str:
    """For a study that sets no route of its own: the numbers that its forms show."""
    return " ; ".join(
        f"{help_line.number} ({help_line.label[language]})"
        for help_line in study.help_lines
        if language in help_line.label
    )


def _read_members(file: Path) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return loaded
