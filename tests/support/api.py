"""An installation of the API in memory: a study with every type of question, and a way to send answers to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from boucle.core.identity.receipts import Keyring
from boucle.core.questionnaire.conditions import Equals
from boucle.core.questionnaire.model import Date, FreeText, Grid, Number, Questionnaire, Ranking
from boucle.core.study.model import Study
from boucle.languages.catalogues import words
from boucle.pages.forms.renderer import Renderer
from boucle.storage.memory import MemoryDesk, MemorySpent
from boucle.web.app import create_app
from support.builders import choices, multiple, questionnaire, rating, single, study, text, wave, yes_no

EVERY_TYPE: Questionnaire = questionnaire(
    yes_no("accompagne", required=True),
    rating("note", relevant=Equals("accompagne", "yes"), required=True),
    rating("avis", 1, 5, dont_know=True),
    multiple("freins", "transport", "langue", "aucun", most=2, exclusive="aucun"),
    single("contact", "un", "plusieurs", "other"),
    FreeText(id="contact.other", label=text("Lequel ?"), relevant=Equals("contact", "other"), max_length=200),
    Grid(id="grille", label=text("Comment ?"), rows=(single("grille.suivi", "bien", "mal", grid="grille"),)),
    Number(id="enfants", label=text("Combien ?"), minimum=0, maximum=20, bins=(0, 1, 3)),
    Number(id="distance", label=text("Quelle distance ?"), minimum=0, maximum=500, decimals=1, bins=(0, 10)),
    Date(id="debut", label=text("Depuis quand ?"), minimum="2000-01-01", maximum="2026-12-31", bins=("2000-01-01",)),
    Ranking(id="ordre", label=text("Dans quel ordre ?"), choices=choices("a", "b", "c"), top=2),
    FreeText(id="message", label=text("Un message ?"), long=True, max_length=100, min_length=3),
    verbatims="moderated",
)
STUDY: Study = study(
    EVERY_TYPE,
    replace(EVERY_TYPE, version="2.0.0"),
    replace(EVERY_TYPE, version="3.0.0"),
    waves=(
        wave(
            ("candidats", "1.0.0", "2026-01-05"),
            ("candidats", "2.0.0", "2026-06-01"),
            ("candidats", "3.0.0", "2026-09-01"),
        ),
    ),
)
ENOUGH: Mapping[str, Any] = {"accompagne": "no"}
ORIGIN = "http://localhost"


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


def reversed_bytes(payload: bytes) -> bytes:
    """Seals nothing, but shows whether a payload went through it."""
    return payload[::-1]


class Installation:
    """The API over a store in memory, its clock in the test's hands."""

    def __init__(self, of: Study = STUDY, **options: Any) -> None:
        self.desk = MemoryDesk()
        self.spent = MemorySpent()
        self.clock = HandClock()
        self.keyring = Keyring(b"0" * 32)
        collaborators: dict[str, Any] = {
            "studies": {of.id: of},
            "desk": self.desk,
            "spent": self.spent,
            "keyring": self.keyring,
            "clock": self.clock,
            "renderer": Renderer(),
            "speak": words,
            "seal_text": reversed_bytes,
        }
        self.app = create_app(**{**collaborators, **options})

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def send(self, answers: object = ENOUGH, *, version: str = "1.0.0", **fields: object) -> TestResponse:
        """Post a submission as a program does."""
        body = submission(answers, **fields)
        return self.client.post(address(version), json=body)

    def fill(self, fields: Mapping[str, object], *, version: str = "1.0.0", **options: Any) -> TestResponse:
        """Post a form as a browser does."""
        return self.client.post(address(version), data=fields, **options)


def address(version: str = "1.0.0") -> str:
    return f"/api/responses/etude/candidats/{version}"


def submission(answers: object = ENOUGH, **fields: object) -> dict[str, object]:
    return {"id": str(uuid4()), "language": "fr", "mode": "self", "answers": answers, **fields}


def some_id(number: int) -> UUID:
    """A version 4 id that a test can name."""
    return UUID(int=number << 80 | 4 << 76 | 2 << 62)


def codes(response: TestResponse) -> dict[str, str]:
    """The code of the first error of each question or field."""
    errors = (response.json or {}).get("errors", [])
    return {each.get("question", each.get("field")): each["code"] for each in reversed(errors)}
