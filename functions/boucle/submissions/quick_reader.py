"""The schema's checks again, compiled once from the questionnaire, for submissions with nothing wrong in them.

It takes a body or it does not; it never says why. What it takes, the schema takes too and understands alike, which a
property test holds; all else, the schema reads and explains. It exists because explaining costs four times as much.
It knows values only: which questions apply, and whether one is missing, is `build_submission`'s to say, as for all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from boucle.core.privacy.tables import modes_of
from boucle.core.questionnaire.model import Multiple, Question, Questionnaire, Rating, Single, YesNo
from boucle.core.questionnaire.values import Answer, Answers
from boucle.submissions.proof import MAX_PROOF_CHARACTERS
from boucle.submissions.readers import InvalidValue, reader_for
from boucle.submissions.submission import UUID4, Envelope

MAX_SAFE_INTEGER = 10**15
"""Below it, the strict reader takes every way to write a number."""
REQUIRED_MEMBERS = frozenset({"id", "language", "mode", "answers"})
ALLOWED_MEMBERS = REQUIRED_MEMBERS | {"consent", "proof", "wave"}
MAX_WAVE_CHARACTERS = 100
"""Longer, it is the schema's to refuse."""

Check = Callable[[Any], Answer | None]


class _NeedsSchema(Exception):
    """Something that the schema has to look at."""


class QuickReader:
    """Reads what is posted for one questionnaire version."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._languages = frozenset(questionnaire.languages)
        self._modes = modes_of(questionnaire)
        self._texts = frozenset(questionnaire.free_texts)
        self._checks: Mapping[str, Check] = {question.id: _check_of(question) for question in questionnaire.questions}

    def read(self, body: bytes) -> Envelope | None:
        """What stands in a body in which the schema would find no issue; None: ask the schema."""
        try:
            return self._read_envelope(DECODER.decode(body.decode()))
        except (_NeedsSchema, InvalidValue, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def _read_envelope(self, sent: dict[str, Any]) -> Envelope:
        if not REQUIRED_MEMBERS <= sent.keys() <= ALLOWED_MEMBERS:
            raise _NeedsSchema
        id, language, mode = sent["id"].lower(), sent["language"], sent["mode"]
        if not UUID4.fullmatch(id) or language not in self._languages or mode not in self._modes:
            raise _NeedsSchema
        consents = sent.get("consent", ())
        if consents and not self._texts.issuperset(consents if type(consents) is list else [None]):
            raise _NeedsSchema
        if type(consents) not in (list, tuple):
            raise _NeedsSchema
        proof = sent.get("proof", "")
        if not _is_plain(proof, MAX_PROOF_CHARACTERS):
            raise _NeedsSchema
        wave = sent.get("wave", "")
        if not _is_plain(wave, MAX_WAVE_CHARACTERS):
            raise _NeedsSchema
        answers = self._read_answers(sent["answers"])
        return Envelope(id, language, mode, answers, frozenset(consents), None, proof, wave or None)

    def _read_answers(self, sent: dict[str, Any]) -> Answers:
        checks = self._checks
        return {id: read for id, answer in sent.items() if (read := checks[id](answer)) is not None}


def _is_plain(sent: Any, maximum: int) -> bool:
    """Whether it is a short string that every reader reads alike."""
    return type(sent) is str and len(sent) <= maximum and "\0" not in sent and sent.isascii()


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _NeedsSchema
    return members


def _refuse_constant(_: str) -> None:
    raise _NeedsSchema


DECODER = json.JSONDecoder(object_pairs_hook=_refuse_duplicates, parse_constant=_refuse_constant)


def _check_of(question: Question) -> Check:
    """What reads one answer; raises InvalidValue or KeyError where the schema has to look."""
    read: Check = reader_for(question).read
    match question:
        case Single() | YesNo():
            return {value: value for value in question.values}.__getitem__
        case Rating(minimum=minimum, maximum=maximum):
            return lambda sent: sent if type(sent) is int and minimum <= sent <= maximum else read(_require_plain(sent))
        case Multiple():
            return _make_multiple_check(question)
        case _:
            return lambda sent: read(_require_plain(sent))


def _make_multiple_check(question: Multiple) -> Check:
    place = {value: at for at, value in enumerate(question.values)}
    alone = frozenset(choice.value for choice in question.choices if choice.exclusive)
    allowed = range(question.min_choices, question.max_choices + 1)

    def check(sent: Any) -> Answer | None:
        if type(sent) is not list or len(set(sent)) < len(sent):
            raise _NeedsSchema
        if sent and len(sent) not in allowed:
            raise _NeedsSchema
        if len(sent) > 1 and not alone.isdisjoint(sent):
            raise _NeedsSchema
        return tuple(sorted(sent, key=place.__getitem__)) or None

    return check


def _require_plain(sent: Any) -> Any:
    """What was sent, unless it is nothing, or a number that has to be read with more care."""
    if sent is None or (isinstance(sent, float | int) and not -MAX_SAFE_INTEGER < sent < MAX_SAFE_INTEGER):
        raise _NeedsSchema
    return sent
