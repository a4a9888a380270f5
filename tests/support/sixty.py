"""A questionnaire of sixty questions: every type, three levels of conditions, three languages; as its author's JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from boucle.core.strictjson import JsonObject

LANGUAGES = ("fr", "en", "ar")
SECTIONS = 6
PER_SECTION = 10


def make_text(fr: str, en: str, ar: str) -> dict[str, str]:
    return {"fr": fr, "en": en, "ar": ar}


def make_sixty_questions(id: str = "soixante", version: str = "1.0.0") -> JsonObject:
    """Six sections of ten questions; in each, one decides about another, which decides about a third, and so on."""
    return {
        "format": 1,
        "id": id,
        "version": version,
        "languages": list(LANGUAGES),
        "title": make_text("Soixante questions", "Sixty questions", "ستون سؤالاً"),
        "intro": make_text("Vingt minutes environ.", "About twenty minutes.", "حوالي عشرين دقيقة."),
        "sections": [_section(number) for number in range(1, SECTIONS + 1)],
        "publication": {"crosstabs": [["aide_1", "freins_1"], ["aide_2", "lieu_2"]], "verbatims": "moderated"},
    }


def _section(number: int) -> JsonObject:
    section: JsonObject = {
        "id": f"partie_{number}",
        "title": make_text(f"Partie {number}", f"Part {number}", f"الجزء {number}"),
        "questions": [_note(number), *_questions(number)],
    }
    if number == SECTIONS:
        section["relevant"] = {"not": [{"equals": [{"answer": "aide_1"}, "no"]}]}
    return section


def _questions(number: int) -> Iterator[JsonObject]:
    """Ten questions, the two rows of a grid and the text of an "other" choice counted apart."""
    for name, write in WRITERS.items():
        yield {"id": f"{name}_{number}", **write(number)}


def _label(number: int, fr: str, en: str, ar: str) -> dict[str, str]:
    return make_text(f"{fr} ({number}) ?", f"{en} ({number})?", f"{ar} ({number})؟")


def _choice(value: str, fr: str, en: str, ar: str, **flags: bool) -> JsonObject:
    return {"value": value, "label": make_text(fr, en, ar), **flags}


def _note(number: int) -> JsonObject:
    text = make_text(f"Voici la partie {number}.", f"This is part {number}.", f"هذا هو الجزء {number}.")
    return {"id": f"note_{number}", "type": "note", "label": text}


def _aide(number: int) -> JsonObject:
    return {
        "type": "yes_no",
        "required": True,
        "label": _label(number, "Êtes-vous aidé", "Do you get help", "هل تحصلون على مساعدة"),
    }


def _score(number: int) -> JsonObject:
    return {
        "type": "rating",
        "min": 0,
        "max": 10,
        "dont_know": True,
        "relevant": {"equals": [{"answer": f"aide_{number}"}, "yes"]},
        "label": _label(
            number, "Si oui : quelle note donnez-vous", "If yes: what mark do you give", "إذا نعم: ما الدرجة"
        ),
        "anchors": {"min": make_text("Mauvais", "Poor", "سيئ"), "max": make_text("Excellent", "Excellent", "ممتاز")},
        "estimates": ["mean", "nps", {"share_at_least": 8}],
    }


def _freins(number: int) -> JsonObject:
    return {
        "type": "multiple",
        "max_choices": 2,
        "relevant": {
            "or": [{"<": [{"answer": f"score_{number}"}, 5]}, {"equals": [{"answer": f"aide_{number}"}, "no"]}]
        },
        "label": _label(
            number, "Si cela va mal : qu'est-ce qui gêne", "If it goes badly: what is in the way", "ما الذي يعيقكم"
        ),
        "hint": make_text("Deux réponses au plus.", "Two answers at most.", "إجابتان على الأكثر."),
        "choices": [
            _choice("transport", "Le transport", "Transport", "النقل"),
            _choice("langue", "La langue", "Language", "اللغة"),
            _choice("autre", "Autre chose", "Something else", "شيء آخر", other=True),
            _choice("rien", "Rien", "Nothing", "لا شيء", exclusive=True),
        ],
    }


def _lieu(number: int) -> JsonObject:
    return {
        "type": "single",
        "relevant": {
            "and": [
                {"includes": [{"answer": f"freins_{number}"}, "transport"]},
                {"not": [{"includes": [{"answer": f"freins_{number}"}, "langue"]}]},
            ]
        },
        "label": _label(
            number,
            "Si le transport gêne : où vivez-vous",
            "If transport is in the way: where do you live",
            "أين تسكنون",
        ),
        "choices": [
            _choice("ville", "En ville", "In a town", "في مدينة"),
            _choice("village", "Dans un village", "In a village", "في قرية"),
        ],
    }


def _trajet(number: int) -> JsonObject:
    return {
        "type": "number",
        "min": 0,
        "max": 240,
        "bins": [0, 30, 60, 120],
        "unit": make_text("minutes", "minutes", "دقيقة"),
        "relevant": {"answered": [{"answer": f"lieu_{number}"}]},
        "label": _label(
            number, "Si vous venez de loin : combien de temps", "If you come from afar: how long", "كم من الوقت"
        ),
        "estimates": ["median"],
    }


def _depuis(number: int) -> JsonObject:
    return {
        "type": "date",
        "min": "2020-01-01",
        "max": "2027-12-31",
        "bins": ["2020-01-01", "2024-01-01", "2026-01-01"],
        "label": _label(number, "Depuis quand", "Since when", "منذ متى"),
        "help": make_text("Le premier rendez-vous.", "The first appointment.", "أول موعد."),
    }


def _ordre(number: int) -> JsonObject:
    return {
        "type": "ranking",
        "top": 2,
        "label": _label(number, "Que faut-il d'abord", "What should come first", "ما الأهم"),
        "choices": [
            _choice("ecoute", "L'écoute", "Listening", "الاستماع"),
            _choice("delais", "Les délais", "Speed", "السرعة"),
            _choice("accueil", "L'accueil", "Welcome", "الاستقبال"),
        ],
    }


def _avis(number: int) -> JsonObject:
    return {
        "type": "grid",
        "label": _label(number, "Comment jugez-vous", "How do you find", "كيف تجدون"),
        "rows": [
            {"id": "lieux", "label": make_text("Les lieux", "The place", "المكان")},
        ],
        "choices": [
            _choice("bien", "Bien", "Good", "جيد"),
            _choice("mal", "Mal", "Poor", "سيئ"),
            _choice("ne_sait_pas", "Je ne sais pas", "I don't know", "لا أعرف"),
        ],
    }


def _recit(number: int) -> JsonObject:
    fr = f"Vous avez répondu « {{answer:aide_{number}}} » : racontez ({number})."
    en = f"You answered “{{answer:aide_{number}}}”: tell us ({number})."
    ar = f"أجبتم «{{answer:aide_{number}}}»: احكوا لنا ({number})."
    return {"type": "text", "long": True, "max_length": 800, "label": make_text(fr, en, ar)}


WRITERS: dict[str, Callable[[int], JsonObject]] = {
    "aide": _aide,
    "score": _score,
    "freins": _freins,
    "lieu": _lieu,
    "trajet": _trajet,
    "depuis": _depuis,
    "ordre": _ordre,
    "avis": _avis,
    "recit": _recit,
}
