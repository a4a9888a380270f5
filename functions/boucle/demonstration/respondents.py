"""Invented respondents whose margins are exactly those of a profile, to the nearest person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from uuid import UUID

from boucle.core.questionnaire.model import Closed, Date, FreeText, Multiple, Number, Question, Questionnaire, Ranking
from boucle.core.questionnaire.routing import applies
from boucle.core.questionnaire.values import Answer, Value
from boucle.demonstration.population import Audience, InventedText, Profile, Shares


@dataclass(slots=True)
class Respondent:
    """One invented person on the way through a questionnaire."""

    id: str
    language: str
    mode: str
    answers: dict[str, Answer] = field(default_factory=dict)
    consents: list[str] = field(default_factory=list)
    """The texts that may be quoted."""


def invent_respondents(questionnaire: Questionnaire, audience: Audience, profile: Profile) -> list[Respondent]:
    """The whole audience, in an order that says nothing; the same profile gives the same people.

    Raises TypeError for a kind of question that no answer can be invented for.
    """
    chance = Random(f"{profile.seed}/{questionnaire.id}/{audience.version}")  # noqa: S311  # invented people, no secret
    count = audience.count
    languages = draw_quota(audience.languages or profile.languages, count, chance)
    modes = draw_quota(audience.modes or profile.modes, count, chance)
    people = [
        Respondent(_make_submission_id(chance), str(language), str(mode))
        for language, mode in zip(languages, modes, strict=True)
    ]
    for question in questionnaire.questions:
        section = questionnaire.section_of[question.id]
        asked = [
            person
            for person in people
            if applies(section.relevant, person.answers) and applies(question.relevant, person.answers)
        ]
        if isinstance(question, FreeText):
            _write_texts(question, audience, asked, chance)
            continue
        for person, answer in zip(asked, _invent_answers(question, audience, len(asked), chance), strict=True):
            if answer is not None:
                person.answers[question.id] = answer
    return people


def _make_submission_id(chance: Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


def _invent_answers(question: Question, audience: Audience, count: int, chance: Random) -> Sequence[Answer | None]:
    margins = audience.margins.get(question.id)
    match question:
        case Multiple():
            return _choose_several(question, margins or _uniform_shares(question.values), count, chance)
        case Ranking():
            return [tuple(chance.sample(question.values, question.top)) for _ in range(count)]
        case Closed():
            typed: Mapping[str, Value] = {str(value): value for value in _answerable_values(question)}
            drawn = draw_quota(margins or _uniform_shares([*typed]), count, chance)
            return [None if value is None else typed[value] for value in drawn]
        case _:
            raise TypeError(f"no invented answer for a {type(question).__name__}")


def _answerable_values(question: Closed) -> Sequence[Value]:
    # A bin is named by its lower bound, which is itself a number or a day that falls in it.
    return question.values if not isinstance(question, (Number, Date)) else question.bins


def _uniform_shares(values: Sequence[str]) -> Shares:
    return {value: 100 / len(values) for value in values}


def draw_quota(shares: Shares, count: int, chance: Random) -> list[str | None]:
    """`count` values whose shares are the nearest possible to those asked, shuffled; None is no answer."""
    wanted: dict[str | None, float] = {value: share * count / 100 for value, share in shares.items()}
    wanted[None] = max(0.0, count - sum(wanted.values()))
    whole = {value: int(number + 1e-9) for value, number in wanted.items()}
    missing = count - sum(whole.values())
    by_remainder = sorted(wanted, key=lambda value: whole[value] - wanted[value])
    for value in by_remainder[:missing]:
        whole[value] += 1
    drawn = [value for value, number in whole.items() for _ in range(number)]
    chance.shuffle(drawn)
    return drawn


def _choose_several(question: Multiple, shares: Shares, count: int, chance: Random) -> list[Answer | None]:
    """Each choice goes to its share of people, nobody gets more than allowed, a required question leaves nobody out."""
    chosen: list[set[str]] = [set() for _ in range(count)]
    exclusive = {choice.value for choice in question.choices if choice.exclusive}
    room = [question.max_choices] * count
    for value in sorted(question.values, key=lambda choice_value: choice_value not in exclusive):
        free = [person for person in range(count) if room[person] > 0]
        chance.shuffle(free)
        free.sort(key=lambda person: len(chosen[person]) + chance.random() * 3)
        for person in free[: round(shares.get(value, 0) * count / 100)]:
            chosen[person].add(value)
            room[person] = 0 if value in exclusive else room[person] - 1
    if question.required:
        _leave_nobody_out(chosen)
    return [tuple(value for value in question.values if value in mine) or None for mine in chosen]


def _leave_nobody_out(chosen: list[set[str]]) -> None:
    """Move a choice from somebody who has several to each who has none: the shares stay what they are."""
    generous = [mine for mine in chosen if len(mine) > 1]
    for mine in chosen:
        if not mine:
            giver = max(generous, key=len)
            mine.add(giver.pop())


def _write_texts(question: FreeText, audience: Audience, asked: Sequence[Respondent], chance: Random) -> None:
    """Some of those asked write in their own language, each text once before any comes again; most may be quoted."""
    decks: dict[str, Iterator[InventedText]] = {
        language: cycle(chance.sample(texts, len(texts)))
        for language, texts in audience.texts.get(question.id, {}).items()
    }
    for person in asked:
        if person.language in decks and chance.random() * 100 < audience.text_share:
            person.answers[question.id] = next(decks[person.language]).text
            if chance.random() * 100 < audience.consent_share:
                person.consents.append(question.id)
