"""The schema's checks again, compiled once from the questionnaire, for submissions with nothing wrong in them.

It takes a body or it does not; it never says why. What it takes, the schema takes too and understands alike, which a
property test holds; all else, the schema reads and explains. It exists because explaining costs four times as much.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from boucle.core.privacy.tables import modes_of
from boucle.core.questionnaire.conditions import And, Condition, Equals, In, Not, Or, test_holds
from boucle.core.questionnaire.model import FreeText, Multiple, Question, Questionnaire, Rating, Single, YesNo
from boucle.core.questionnaire.routing import Path
from boucle.core.questionnaire.values import Answer, Answers
from boucle.submissions.proof import MOST_CHARACTERS
from boucle.submissions.readers import Flawed, reader_for
from boucle.submissions.submission import UUID4, Submission

SAFE_WHOLE = 10**15
"""Below it, the strict reader takes every way to write a number."""
NEEDED = frozenset({"id", "language", "mode", "answers"})
ALLOWED = NEEDED | {"consent", "proof"}

Check = Callable[[Any], Answer | None]
Holds = Callable[[Answers], bool]


class _Doubt(Exception):
    """Something that the schema has to look at."""


class QuickReader:
    """Reads what is posted for one questionnaire version."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._languages = frozenset(questionnaire.languages)
        self._modes = modes_of(questionnaire)
        self._texts = frozenset(each.id for each in questionnaire.questions if isinstance(each, FreeText))
        self._checks: Mapping[str, Check] = {each.id: _check_of(each) for each in questionnaire.questions}
        self._sections = [
            (
                _compiled_if_any(section.relevant),
                [(each.id, each.required, _compiled_if_any(each.relevant)) for each in section.questions],
            )
            for section in questionnaire.sections
        ]

    def read(self, body: bytes) -> Submission | None:
        """The submission in a body that the schema would take; None: ask the schema."""
        try:
            return self._submission(DECODER.decode(body.decode()))
        except (_Doubt, Flawed, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def _submission(self, sent: dict[str, Any]) -> Submission:
        if not NEEDED <= sent.keys() <= ALLOWED:
            raise _Doubt
        id, language, mode = sent["id"].lower(), sent["language"], sent["mode"]
        if not UUID4.fullmatch(id) or language not in self._languages or mode not in self._modes:
            raise _Doubt
        consents = sent.get("consent", ())
        if consents and not self._texts.issuperset(consents if type(consents) is list else [None]):
            raise _Doubt
        if type(consents) not in (list, tuple):
            raise _Doubt
        proof = sent.get("proof", "")
        if type(proof) is not str or len(proof) > MOST_CHARACTERS or "\0" in proof or not proof.isascii():
            raise _Doubt
        taken = self._path(sent["answers"])
        return Submission(id=id, language=language, mode=mode, taken=taken, consents=frozenset(consents), proof=proof)

    def _path(self, sent: dict[str, Any]) -> Path:
        checks = self._checks
        valid = {id: read for id, answer in sent.items() if (read := checks[id](answer)) is not None}
        asked: list[str] = []
        kept: dict[str, Answer] = {}
        for section_applies, questions in self._sections:
            if section_applies is not None and not section_applies(kept):
                continue
            for id, required, applies in questions:
                if applies is None or applies(kept):
                    asked.append(id)
                    if id in valid:
                        kept[id] = valid[id]
                    elif required:
                        raise _Doubt
        return Path(tuple(asked), kept)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _Doubt
    return members


def _doubt(_: str) -> None:
    raise _Doubt


DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_doubt)


def _check_of(question: Question) -> Check:
    """What reads one answer; raises Flawed or KeyError where the schema has to look."""
    read: Check = reader_for(question).read
    match question:
        case Single() | YesNo():
            return {value: value for value in question.values}.__getitem__
        case Rating(minimum=minimum, maximum=maximum):
            return lambda sent: sent if type(sent) is int and minimum <= sent <= maximum else read(_plain(sent))
        case Multiple():
            return _several(question)
        case _:
            return lambda sent: read(_plain(sent))


def _several(question: Multiple) -> Check:
    place = {value: at for at, value in enumerate(question.values)}
    alone = frozenset(each.value for each in question.choices if each.exclusive)
    allowed = range(question.min_choices, question.max_choices + 1)

    def check(sent: Any) -> Answer | None:
        if type(sent) is not list or len(set(sent)) < len(sent):
            raise _Doubt
        if sent and len(sent) not in allowed:
            raise _Doubt
        if len(sent) > 1 and not alone.isdisjoint(sent):
            raise _Doubt
        return tuple(sorted(sent, key=place.__getitem__)) or None

    return check


def _plain(sent: Any) -> Any:
    """What was sent, unless it is nothing, or a number that has to be read with more care."""
    if sent is None or (isinstance(sent, float | int) and not -SAFE_WHOLE < sent < SAFE_WHOLE):
        raise _Doubt
    return sent


def _compiled_if_any(condition: Condition | None) -> Holds | None:
    return None if condition is None else compiled(condition)


def compiled(condition: Condition) -> Holds:
    """The condition as a function of the answers kept so far."""
    match condition:
        case And(conditions):
            every = [compiled(each) for each in conditions]
            return lambda answers: all(each(answers) for each in every)
        case Or(conditions):
            some = [compiled(each) for each in conditions]
            return lambda answers: any(each(answers) for each in some)
        case Not(inner):
            turned = compiled(inner)
            return lambda answers: not turned(answers)
        case Equals(id, value):
            return lambda answers: answers.get(id) == value
        case In(id, values):
            return lambda answers: answers.get(id) in values
        case _:
            return lambda answers: test_holds(condition, answers.get(condition.answer))
