"""Questionnaires in which each question hangs on the one before, and their twins without conditions, as JSON."""

from __future__ import annotations

from boucle.core.strictjson import JsonObject

ROUND = ("essai", "jour", "signe", "effet", "encore")


def make_rounds(rounds: int, conditional: bool = True) -> JsonObject:
    """Rounds of five questions: the first asks whether, three ask how, the last leads to the next round or not."""
    questions = [question for number in range(1, rounds + 1) for question in _make_round(number)]
    return _make_form(questions, conditional)


def make_ladder(steps: int, conditional: bool = True) -> JsonObject:
    """Steps of which each is for those who took the one before."""
    return _make_form([_make_step(number) for number in range(1, steps + 1)], conditional)


def _make_form(questions: list[JsonObject], conditional: bool) -> JsonObject:
    if not conditional:
        questions = [{key: value for key, value in question.items() if key != "relevant"} for question in questions]
    section = {"id": "suite", "title": {"fr": "Suite"}, "questions": questions}
    return {
        "format": 1,
        "id": "usagers",
        "version": "1.0.0",
        "languages": ["fr"],
        "title": {"fr": "Votre avis"},
        "sections": [section],
    }


def _make_round(number: int) -> list[JsonObject]:
    done = _equals(f"essai_{number}", "oui")
    unlucky = {"and": [_equals(f"signe_{number}", "no"), _equals(f"effet_{number}", "no")]}
    questions: list[JsonObject] = [
        {"type": "single", "required": True, "choices": _make_choices("oui", "non", "plus")},
        {"type": "date", "min": "2026-01-01", "max": "2027-12-31", "bins": ["2026-01-01", "2027-01-01"]},
        {"type": "yes_no"},
        {"type": "yes_no"},
        {"type": "yes_no", "required": True},
    ]
    again = _equals(f"encore_{number - 1}", "yes") if number > 1 else None
    conditions = [again, done, done, done, {"and": [done, {"not": [unlucky]}]}]
    return [
        {
            "id": f"{name}_{number}",
            "label": {"fr": f"Si oui, essai {number} : {name} ?"},
            **question,
            **({} if condition is None else {"relevant": condition}),
        }
        for name, question, condition in zip(ROUND, questions, conditions, strict=True)
    ]


def _make_step(number: int) -> JsonObject:
    step: JsonObject = {
        "id": f"marche_{number}",
        "type": "single",
        "label": {"fr": f"Si vous y allez encore, marche {number} ?"},
        "choices": _make_choices("souvent", "parfois", "jamais"),
    }
    if number > 1:
        before = f"marche_{number - 1}"
        step["relevant"] = {"or": [_equals(before, "souvent"), _equals(before, "parfois")]}
    return step


def _make_choices(*values: str) -> list[JsonObject]:
    return [{"value": value, "label": {"fr": value.capitalize()}} for value in values]


def _equals(id: str, value: str) -> JsonObject:
    return {"equals": [{"answer": id}, value]}
