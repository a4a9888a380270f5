"""Promises of advice on texts: HTML and bare addresses are told, wherever they stand, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from boucle.authoring.lint.drafts import Draft
from boucle.authoring.lint.rules.texts import check_bare_addresses, check_html
from support.builders import make_questionnaire, make_yes_no


def find(words: str, key: str = "label") -> list[str]:
    question = {"id": "q", "type": "yes_no", "label": {"fr": "Oui ?"}, key: {"fr": words}}
    source = {
        "languages": ["fr"],
        "title": {"fr": "Titre"},
        "sections": [{"id": "s", "title": {"fr": "S"}, "questions": [question]}],
    }
    draft = Draft(Path("1.0.0.json"), source, make_questionnaire(make_yes_no("q")))
    found = [*check_html(draft), *check_bare_addresses(draft)]
    assert {issue.pointer for issue in found} <= {f"/sections/0/questions/0/{key}/fr"}
    return [issue.message for issue in found]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Nos <b>horaires</b>", "<b>"),
        ("Une ligne<br/>une autre", "<br/>"),
        ('<a href="https://a.fr">ici</a>', '<a href="https://a.fr">'),
        ("Caf&eacute;", "&eacute;"),
        ("Un espace&#160;ici", "&#160;"),
        ("<!-- note -->", "<!--"),
        ("Voir https://exemple.fr/horaires.", "https://exemple.fr/horaires"),
        ("Voir http://exemple.fr", "http://exemple.fr"),
        ("Voir [ici](http://exemple.fr)", "http://exemple.fr"),
        ("Voir www.exemple.fr, puis répondez", "www.exemple.fr"),
        ("Écrivez à prénom.nom@exemple.org", "prénom.nom@exemple.org"),
        ("mailto:a@exemple.org", "mailto:a@exemple.org"),
    ],
)
@pytest.mark.parametrize("key", ["label", "hint", "help"])
def test_what_would_be_read_as_it_stands_is_told(words: str, named: str, key: str) -> None:
    assert any(f'"{named}"' in message for message in find(words, key))


@pytest.mark.parametrize(
    "words",
    [
        "Moins de 5 < 10 > 3 ?",
        "Recherche & développement",
        "R&D ; et après ?",
        "Voir [les horaires](https://exemple.fr/horaires)",
        "À 8 h @ la mairie",
        "*Très* bien\n- un\n- deux",
        "{answer:q}",
        "Le site exemple",
    ],
)
def test_what_people_can_read_is_left_alone(words: str) -> None:
    assert find(words) == []
