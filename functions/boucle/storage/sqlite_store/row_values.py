"""What the statements of the SQLite stores bind by name: a series, a key, a whole response, a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from boucle.core.ports import HeldGroup, NewResponse, NewText
from boucle.core.study.model import Series
from boucle.storage.rows import answers_to_json

RowValues: TypeAlias = Mapping[str, str | int | bytes | None]
"""Values by the name of their column; days are written 2026-03-01."""


def series_row(series: Series) -> RowValues:
    """The columns that every table of answers, texts, entries and codings names a series by."""
    return {"study": series.study, "questionnaire": series.questionnaire, "major": series.major, "wave": series.wave}


def key_row(study: str, questionnaire: str, key: str) -> RowValues:
    """The columns that one response, or one text, is found by."""
    return {"study": study, "questionnaire": questionnaire, "key": key}


def group_row(series: Series, which: HeldGroup) -> RowValues:
    """The columns that what is held back of one day, for one doubt, is found by."""
    return {**series_row(series), "window": which.day.isoformat(), "held": which.doubt}


class PutRows(NamedTuple):
    """What one put binds."""

    response: RowValues
    texts: Sequence[RowValues]
    others: Sequence[RowValues]
    """The same submission in other waves: sought, never written."""


def make_rows(response: NewResponse, texts: Sequence[NewText]) -> PutRows:
    """A response and its free texts, as their tables keep them; nothing in one names the other."""
    series = response.series
    others = [
        {**key_row(series.study, series.questionnaire, other.key), "wave": other.wave} for other in response.other_keys
    ]
    return PutRows(_make_response_row(response), [_make_text_row(text) for text in texts], others)


def _make_response_row(response: NewResponse) -> RowValues:
    return {
        **series_row(response.series),
        "key": response.key,
        "version": response.version,
        "window": response.window.isoformat(),
        "language": response.language,
        "mode": response.mode,
        "answers": answers_to_json(response.answers),
        "digest": response.digest,
        "file_hash": response.file_hash,
        "held": response.doubt.value if response.doubt else None,
        "expires": response.expires.isoformat(),
    }


def _make_text_row(text: NewText) -> RowValues:
    return {
        **series_row(text.series),
        "key": text.key,
        "question": text.question,
        "payload": text.payload,
        "expires": text.expires.isoformat(),
    }
