"""A questionnaire's file with every type of question and every key of the schema."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def make_text(words: str) -> Json:
    return {"fr": f"{words} en somme", "en": f"{words} in short"}


def make_media(name: str) -> Json:
    return {"src": f"{name}.png", "alt": make_text(f"Dessin {name}")}


def make_choice(value: str, **others: object) -> Json:
    return {"value": value, "label": make_text(f"Choix {value}"), **others}


def make_choices() -> list[Json]:
    first = make_choice("bien", hint=make_text("Presque toujours"), media=make_media("bien"), exclusive=False)
    return [first, make_choice("mal"), make_choice("autre", other=True)]


def make_bare_choices() -> list[Json]:
    first = make_choice("souvent", hint=make_text("Chaque semaine"), media=make_media("souvent"))
    return [first, make_choice("rarement"), make_choice("jamais")]


def make_question(id: str, kind: str, **others: object) -> Json:
    return {
        "id": id,
        "type": kind,
        "label": make_text(f"Question {id}"),
        "relevant": {"equals": [{"answer": "accord"}, "yes"]},
        "media": make_media(id),
        "required": False,
        "hint": make_text(f"Conseil {id}"),
        "help": make_text(f"Aide {id}"),
        "concept": f"notion_{id}",
        "theme": "ecoute",
        "profile": False,
        "quasi_identifier": False,
        "continuity": {"kind": "recode", "reason": make_text("Regroupement"), "recode": {"tres_bien": "bien"}},
        **others,
    }


def make_every_key() -> Json:
    """The file's content; nothing in it is shared, so that each leaf can be changed alone."""
    accord = {"id": "accord", "type": "yes_no", "label": make_text("Accord"), "required": True}
    note = {
        "id": "consigne",
        "type": "note",
        "label": make_text("Merci de lire"),
        "media": make_media("consigne"),
        "relevant": {"answered": [{"answer": "accord"}]},
    }
    rows: list[Json] = [
        {"id": row, "label": make_text(f"Ligne {row}"), "concept": f"notion_{row}"} for row in ("accueil", "horaires")
    ]
    rows[0]["theme"] = "lieu"  # the other has its grid's
    return {
        "format": 1,
        "id": "usagers",
        "version": "1.0.0",
        "languages": ["fr", "en"],
        "title": make_text("Votre avis"),
        "intro": make_text("Dix minutes"),
        "sections": [
            {"id": "debut", "title": make_text("Pour commencer"), "questions": [accord]},
            {
                "id": "suite",
                "title": make_text("La suite"),
                "intro": make_text("Encore un effort"),
                "relevant": {"answered": [{"answer": "accord"}]},
                "questions": [
                    note,
                    make_question("seul", "single", choices=make_choices()),
                    make_question("plusieurs", "multiple", choices=make_choices(), min_choices=1, max_choices=2),
                    make_question("oui", "yes_no", dont_know=True),
                    make_question(
                        "echelle",
                        "rating",
                        min=0,
                        max=10,
                        anchors={"min": make_text("Mauvais"), "max": make_text("Excellent")},
                        dont_know=True,
                        estimates=["mean", {"share_at_least": 8}],
                    ),
                    make_question(
                        "age",
                        "number",
                        min=0,
                        max=99,
                        decimals=1,
                        unit=make_text("semaines"),
                        bins=[0, 20],
                        estimates=["median"],
                    ),
                    make_question(
                        "jour", "date", min="2020-01-01", max="2026-12-31", bins=["2020-01-01", "2024-01-01"]
                    ),
                    make_question("recit", "text", long=True, min_length=2, max_length=300),
                    make_question("ordre", "ranking", choices=make_bare_choices(), top=2),
                    make_question("avis", "grid", choices=make_bare_choices(), rows=rows),
                ],
            },
        ],
        "publication": {"crosstabs": [["seul", "oui"]], "verbatims": "moderated"},
        "translations": {},
    }
