"""Random series: a questionnaire of any types and routing, minor versions of it, and what people answer to each.

All is made as its author and its respondents make it: files, and bodies of submissions, which the intake reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

from boucle.core.ports import Pending
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.parse import parse_questionnaire
from boucle.core.versions.causes import Bump
from boucle.core.versions.compare import compare
from boucle.storage.rows import answers_from_json, answers_to_json
from boucle.submissions.quick_reader import QuickReader
from boucle.submissions.submission import InvalidSubmission, build_submission, free_texts, select_closed_answers

Json = dict[str, Any]

VALUES = ("a", "b", "c", "d")
TYPES = ("yes_no", "single", "rating", "number", "date", "multiple", "ranking", "text", "grid", "note")
BINS = ((0, 10, 20), ("2026-01-01", "2026-02-01", "2026-03-01"))
NUMBERS = (0, 5, 9, 10, 19, 20, 29)
DAYS = ("2026-01-01", "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2026-03-31")
ID = "5d0c1f1e-9c1f-4a7e-8a64-1c2b7d6f9e10"
MAX_CHANGES = 4


def make_series(chance: Random) -> list[Questionnaire]:
    """Two or three versions that one series counts together, oldest first."""
    source = _make_questionnaire(chance)
    versions = [parse_questionnaire(source)]
    for minor in range(1, chance.choice((2, 3))):
        source = _change(chance, source, f"1.{minor}.0")
        versions.append(parse_questionnaire(source))
    return versions


def _make_questionnaire(chance: Random) -> Json:
    source: Json = {
        "format": 1,
        "id": "users",
        "version": "1.0.0",
        "languages": ["en"],
        "title": _text("Users"),
        "sections": [{"id": f"s{number}", "title": _text("Section"), "questions": []} for number in (1, 2)],
    }
    for _ in range(chance.randint(2, 5)):
        _add_question(chance, source)
    _ask_something(source)
    _route_section(chance, source)
    if chance.random() < 0.4:
        _add_crosstab(chance, source)
    return source


def _ask_something(source: Json) -> None:
    """Every section asks something."""
    for number, section in enumerate(source["sections"]):
        if all(block["type"] == "note" for block in section["questions"]):
            section["questions"].append({"id": f"any{number}", "type": "yes_no", "label": _text("Any?")})


def _change(chance: Random, before: Json, version: str) -> Json:
    """A minor version after it: random changes, those that would ask for a major one left out."""
    changed = before
    old = parse_questionnaire(before)
    for _ in range(chance.randint(1, MAX_CHANGES)):
        tried = deepcopy(changed)
        tried["version"] = version
        chance.choice(CHANGES)(chance, tried)
        if compare(old, parse_questionnaire(tried)).bump < Bump.MAJOR:
            changed = tried
    return {**changed, "version": version}


def _text(words: str) -> Json:
    return {"en": words}


def _blocks(source: Json) -> list[Json]:
    return [block for section in source["sections"] for block in section["questions"]]


def _add_question(chance: Random, source: Json) -> None:
    number = sum(1 for _ in _blocks(source))
    section = chance.choice(source["sections"])
    earlier = _blocks(source) if section is source["sections"][-1] else list(section["questions"])
    block = _make_block(chance, f"q{number}", chance.choice(TYPES))
    condition = _make_condition(chance, earlier)
    if condition and chance.random() < 0.5:
        block["relevant"] = condition
    section["questions"].append(block)


def _make_block(chance: Random, id: str, kind: str) -> Json:
    block: Json = {"id": id, "type": kind, "label": _text(id), **_make_scale(chance, kind)}
    if kind not in ("note", "text") and chance.random() < 0.3:
        block["required"] = True
    if kind in ("single", "multiple", "ranking", "grid"):
        block["choices"] = [{"value": value, "label": _text(value)} for value in VALUES[: chance.randint(2, 3)]]
        block |= _make_selection(chance, kind, block["choices"])
    return block


def _make_scale(chance: Random, kind: str) -> Json:
    dont_know = {"dont_know": chance.random() < 0.5}
    scales: dict[str, Json] = {
        "yes_no": dont_know,
        "rating": {"min": 0, "max": 3, **dont_know},
        "number": {"min": 0, "max": 29, "bins": list(BINS[0])},
        "date": {"min": DAYS[0], "max": DAYS[-1], "bins": list(BINS[1])},
    }
    return scales.get(kind, {})


def _make_selection(chance: Random, kind: str, choices: list[Json]) -> Json:
    if kind in ("single", "multiple") and chance.random() < 0.3:
        choices[0]["other"] = True
    if kind == "multiple" and chance.random() < 0.3:
        choices[-1]["exclusive"] = True
    selections: dict[str, Json] = {
        "multiple": {"max_choices": chance.choice((len(choices), 1))},
        "ranking": {"top": chance.randint(1, len(choices))},
        "grid": {"rows": [{"id": row, "label": _text(row)} for row in ("x", "y")]},
    }
    return selections.get(kind, {})


def _make_condition(chance: Random, earlier: list[Json]) -> Json | None:
    tests = [test for block in earlier if (test := _make_test(chance, block))]
    if not tests:
        return None
    one, other = chance.choice(tests), chance.choice(tests)
    return chance.choice([one, {"not": [one]}, {"and": [one, other]}, {"or": [one, {"not": [other]}]}])


def _make_test(chance: Random, block: Json) -> Json | None:
    """A comparison that lint admits: of free texts and notes there is none."""
    id, kind = block["id"], block["type"]
    if kind in ("note", "text"):
        return None
    answer = {"answer": f"{id}.x" if kind == "grid" else id}
    if chance.random() < 0.3:
        return {"answered": [answer]}
    match kind:
        case "multiple" | "ranking":
            return {"includes": [answer, chance.choice(block["choices"])["value"]]}
        case "number":
            return {chance.choice(["<", "<=", ">", ">="]): [answer, chance.choice(NUMBERS)]}
        case "date":
            return {chance.choice(["<", "<=", ">", ">="]): [answer, chance.choice(DAYS)]}
        case "rating":
            return {chance.choice(["equals", "<", ">="]): [answer, chance.randint(0, 3)]}
        case "yes_no":
            return {"equals": [answer, chance.choice(["yes", "no"])]}
        case _:
            return {"in": [answer, [chance.choice(block["choices"])["value"]]]}


def _route_section(chance: Random, source: Json) -> None:
    first, last = source["sections"]
    condition = _make_condition(chance, first["questions"])
    if condition and chance.random() < 0.4:
        last["relevant"] = condition


def _add_crosstab(chance: Random, source: Json) -> None:
    singles = [block["id"] for block in _blocks(source) if block["type"] in ("yes_no", "single", "rating")]
    multiples = [block["id"] for block in _blocks(source) if block["type"] == "multiple"]
    if len(singles) > 1 or (singles and multiples):
        one = singles[0]
        source["publication"] = {"crosstabs": [[one, chance.choice([*singles[1:], *multiples])]]}


def _add_choice(chance: Random, source: Json) -> None:
    block = _choose(chance, source, "choices")
    if block and len(block["choices"]) < len(VALUES):
        value = VALUES[len(block["choices"])]
        if block.get("max_choices") == len(block["choices"]):
            block["max_choices"] += 1
        block["choices"].insert(chance.randrange(2), {"value": value, "label": _text(value)})


def _choose(chance: Random, source: Json, key: str) -> Json | None:
    found = [block for block in _blocks(source) if key in block]
    return chance.choice(found) if found else None


def _add_other(chance: Random, source: Json) -> None:
    block = _choose(chance, source, "choices")
    if block and block["type"] in ("single", "multiple"):
        chance.choice(block["choices"])["other"] = True


def _add_row(chance: Random, source: Json) -> None:
    block = _choose(chance, source, "rows")
    if block:
        block["rows"].insert(0, {"id": f"z{len(block['rows'])}", "label": _text("z")})


def _offer_dont_know(chance: Random, source: Json) -> None:
    block = _choose(chance, source, "dont_know")
    if block:
        block["dont_know"] = True


def _turn_obligation(chance: Random, source: Json) -> None:
    block = chance.choice(_blocks(source))
    if block["type"] not in ("note", "text"):
        block["required"] = not block.get("required", False)


def _turn_around(chance: Random, source: Json) -> None:
    """Ask in another order, where no condition minds."""
    for section in source["sections"]:
        if not any("relevant" in block for block in section["questions"]):
            chance.shuffle(section["questions"])


def _route_anew(chance: Random, source: Json) -> None:
    block = source["sections"][-1]["questions"][-1]
    condition = _make_condition(chance, source["sections"][0]["questions"])
    if condition:
        block["relevant"] = condition


def _remove_question(chance: Random, source: Json) -> None:
    questions = chance.choice(source["sections"])["questions"]
    if len(questions) > 1:
        questions.pop()


def _summarise(chance: Random, source: Json) -> None:
    for block in _blocks(source):
        if block["type"] == "rating":
            block["estimates"] = ["mean"]


def _correct_words(chance: Random, source: Json) -> None:
    source["title"] = _text("Those who use it")


Change = Callable[[Random, Json], None]

CHANGES: tuple[Change, ...] = (
    _add_question,
    _add_question,
    _add_choice,
    _add_choice,
    _add_other,
    _add_row,
    _offer_dont_know,
    _turn_obligation,
    _turn_around,
    _route_anew,
    _remove_question,
    _summarise,
    _correct_words,
    _add_crosstab,
)


def answer(chance: Random, version: Questionnaire) -> Pending | None:
    """What the intake stores of what somebody sent, as the seal reads it; None where the intake refuses it."""
    answers = {
        question.id: given for question in version.questions if (given := _draw_answer(chance, question)) is not None
    }
    mode = chance.choice(("self", "assisted", "paper"))
    body = {"id": ID, "language": "en", "mode": mode, "answers": answers}
    envelope = QuickReader(version).read(json.dumps(body).encode())
    try:
        submission = build_submission(version, envelope) if envelope else None
    except InvalidSubmission:
        return None
    if submission is None:
        return None
    closed = select_closed_answers(submission.path, free_texts(version, submission.path))
    return Pending(version.version, submission.mode, answers_from_json(answers_to_json(closed)))


def _draw_answer(chance: Random, question: Any) -> object:
    if chance.random() < (0.05 if question.required else 0.3):
        return None
    match question.type:
        case "number":
            return chance.choice(NUMBERS)
        case "date":
            return chance.choice(DAYS)
        case "multiple":
            return chance.sample(question.values, chance.randint(1, question.max_choices))
        case "ranking":
            return chance.sample(question.values, question.top)
        case "text":
            return "some words"
        case _:
            return chance.choice(question.values)
