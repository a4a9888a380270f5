"""The named parameters that SQL statements are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from boucle.core.ports import HeldGroup, NewResponse, NewText
from boucle.core.study.model import Series
from boucle.storage.rows import answers_to_json

RowValues: TypeAlias = Mapping[str, str | int | bytes | None]


def series_row(series: Series) -> RowValues:
    """What names a series."""
    return {
        "study": series.study,
        "questionnaire": series.questionnaire,
        "major": series.major,
        "wave": series.wave,
    }


def key_row(study: str, questionnaire: str, key: str) -> RowValues:
    """What names one response or text."""
    return {"study": study, "questionnaire": questionnaire, "key": key}


def group_row(series: Series, which: HeldGroup) -> RowValues:
    """What names the responses of one day that one doubt holds back."""
    return {**series_row(series), "window": which.day.isoformat(), "held": which.doubt}


def make_rows(response: NewResponse, texts: Sequence[NewText]) -> tuple[RowValues, Sequence[RowValues]]:
    """A response, and each of its texts."""
    return _response_row(response), [_text_row(text) for text in texts]


def _response_row(response: NewResponse) -> RowValues:
    return {
        **series_row(response.series),
        "key": response.key,
        "version": response.version,
        "window": response.window.isoformat(),
        "language": response.language,
        "mode": response.mode,
        "answers": answers_to_json(response.answers),
        "digest": response.digest,
        "held": response.doubt.value if response.doubt else None,
        "expires": response.expires.isoformat(),
    }


def _text_row(text: NewText) -> RowValues:
    return {
        **series_row(text.series),
        "key": text.key,
        "question": text.question,
        "payload": text.payload,
        "expires": text.expires.isoformat(),
    }
