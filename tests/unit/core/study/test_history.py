"""What study.json may not take back once a wave has opened, and all that it still may."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from boucle.core.study.history import (
    History,
    UnreadableHistory,
    find_broken_promises,
    format_history,
    parse_history,
    record_study,
)

Change = Callable[[dict[str, Any]], object]
TODAY = date(2026, 11, 30)
STUDY: dict[str, Any] = {
    "id": "terrain",
    "waves": [
        {
            "id": "2026",
            "opens": "2026-11-01",
            "closes": "2027-10-31",
            "grace_days": 3,
            "questionnaires": {
                "usagers": [
                    {"version": "1.0.0", "from": "2026-11-01"},
                    {"version": "1.1.0", "from": "2026-12-24"},
                ],
                "agents": [{"version": "2.0.0", "from": "2026-11-01"}],
            },
        },
        {
            "id": "2028",
            "opens": "2028-01-01",
            "closes": "2028-03-01",
            "questionnaires": {"usagers": [{"version": "1.1.0", "from": "2028-01-01"}]},
        },
    ],
}
BEFORE = record_study(STUDY, frozenset())


def find(change: Change, guides: frozenset[str] = frozenset()) -> list[str]:
    changed = deepcopy(STUDY)
    change(changed)
    return [broken.message for broken in find_broken_promises(BEFORE, record_study(changed, guides), TODAY)]


def wave(study: dict[str, Any], index: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = study["waves"][index]
    return found


ALLOWED: dict[str, Change] = {
    "nothing": lambda study: None,
    "open earlier": lambda study: wave(study).update(opens="2026-10-01"),
    "close later": lambda study: wave(study).update(closes="2028-10-31"),
    "close today": lambda study: wave(study).update(closes="2026-11-30"),
    "more grace": lambda study: wave(study).update(grace_days=30),
    "another title": lambda study: study.update(title={"fr": "Autre"}),
    "a version more": lambda study: wave(study)["questionnaires"]["usagers"].append(
        {"version": "1.2.0", "from": "2027-02-01"}
    ),
    "a questionnaire more": lambda study: wave(study)["questionnaires"].update(
        autres=[{"version": "1.0.0", "from": "2026-12-01"}]
    ),
    "a version that has not opened postponed": lambda study: wave(study)["questionnaires"]["usagers"][1].update(
        {"from": "2027-03-01"}
    ),
    "a version that has not opened taken out": lambda study: wave(study)["questionnaires"]["usagers"].pop(),
    "a wave that has not opened renamed": lambda study: wave(study, 1).update(id="hiver"),
    "a wave that has not opened postponed": lambda study: wave(study, 1).update(opens="2028-02-01"),
    "a wave that has not opened taken out": lambda study: study["waves"].pop(),
    "a wave more": lambda study: study["waves"].insert(0, {**deepcopy(STUDY["waves"][1]), "id": "2025"}),
}
REFUSED: dict[str, tuple[Change, str]] = {
    "rename": (lambda study: wave(study).update(id="2026-automne"), 'is called "2026-automne" now'),
    "rename and move": (lambda study: wave(study).update(id="x", opens="2026-12-01"), "is gone"),
    "take out": (lambda study: study["waves"].pop(0), "is gone"),
    "open later": (lambda study: wave(study).update(opens="2026-11-02"), "would open on 2026-11-02"),
    "be over before it opened": (
        lambda study: wave(study).update(opens="2026-01-01", closes="2026-10-01"),
        "before the day on which it opened",
    ),
    "ask one less": (lambda study: wave(study)["questionnaires"].pop("agents"), "no longer asks it"),
    "take a version out": (lambda study: wave(study)["questionnaires"]["usagers"].pop(0), "version 1.0.0"),
    "another major version": (
        lambda study: wave(study)["questionnaires"]["agents"][0].update(version="3.0.0"),
        "version 2.0.0",
    ),
    "open a version later": (
        lambda study: wave(study)["questionnaires"]["usagers"][0].update({"from": "2026-11-15"}),
        "opened version 1.0.0",
    ),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_nobody_can_have_answered_may_change(name: str) -> None:
    assert find(ALLOWED[name]) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_answers_lie_under_stays(name: str) -> None:
    change, reason = REFUSED[name]
    [message] = find(change)
    assert reason in message


def test_a_questionnaire_keeps_its_mode() -> None:
    [message] = find(lambda study: None, frozenset({"usagers"}))
    assert message == '"usagers" was counted when its wave opened, and is a guide now.'
    guided = record_study(STUDY, frozenset({"usagers"}))
    [back] = find_broken_promises(guided, BEFORE, TODAY)
    assert "was a guide of interviews when its wave opened, and is counted now" in back.message


def test_before_the_first_wave_opens_all_may_change() -> None:
    nothing = record_study({"waves": []}, frozenset())
    assert list(find_broken_promises(BEFORE, nothing, date(2026, 10, 31))) == []
    assert not BEFORE.has_opened(date(2026, 10, 31))
    assert BEFORE.has_opened(date(2026, 11, 1))


def test_a_history_is_read_as_it_was_written() -> None:
    history = History(studies={"terrain": BEFORE}, hashes={"terrain/usagers/1.0.0.json": "0" * 64})
    text = format_history(history)
    assert parse_history(text) == history
    assert format_history(parse_history(text)) == text
    assert json.loads(text)["format"] == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2, "studies": {}, "hashes": {}}', '{"format": 1}'])
def test_a_history_of_another_format_is_said(text: str) -> None:
    with pytest.raises(UnreadableHistory, match=r"history\.json"):
        parse_history(text)
