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
from boucle.languages.catalogues import translator_for
from boucle.pages.forms.renderer import PageRenderer
from boucle.storage.memory import MemoryResponseStore, MemoryUsedInvitations
from boucle.web.app import create_app
from support.builders import (
    make_choices,
    make_multiple,
    make_questionnaire,
    make_rating,
    make_single,
    make_study,
    make_text,
    make_wave,
    make_yes_no,
)

EVERY_TYPE: Questionnaire = make_questionnaire(
    make_yes_no("accompagne", required=True),
    make_rating("note", relevant=Equals("accompagne", "yes"), required=True),
    make_rating("avis", 1, 5, dont_know=True),
    make_multiple("freins", "transport", "langue", "aucun", max_choices=2, exclusive="aucun"),
    make_single("contact", "un", "plusieurs", "other"),
    FreeText(id="contact.other", label=make_text("Lequel ?"), relevant=Equals("contact", "other"), max_length=200),
    Grid(id="grille", label=make_text("Comment ?"), rows=(make_single("grille.suivi", "bien", "mal", grid="grille"),)),
    Number(id="enfants", label=make_text("Combien ?"), minimum=0, maximum=20, bins=(0, 1, 3)),
    Number(id="distance", label=make_text("Quelle distance ?"), minimum=0, maximum=500, decimals=1, bins=(0, 10)),
    Date(
        id="debut", label=make_text("Depuis quand ?"), minimum="2000-01-01", maximum="2026-12-31", bins=("2000-01-01",)
    ),
    Ranking(id="ordre", label=make_text("Dans quel ordre ?"), choices=make_choices("a", "b", "c"), top=2),
    FreeText(id="message", label=make_text("Un message ?"), long=True, max_length=100, min_length=3),
    verbatims="moderated",
)
STUDY: Study = make_study(
    EVERY_TYPE,
    replace(EVERY_TYPE, version="2.0.0"),
    replace(EVERY_TYPE, version="3.0.0"),
    waves=(
        make_wave(
            ("candidats", "1.0.0", "2026-01-05"),
            ("candidats", "2.0.0", "2026-06-01"),
            ("candidats", "3.0.0", "2026-09-01"),
        ),
    ),
)
MINIMAL_ANSWERS: Mapping[str, Any] = {"accompagne": "no"}
ORIGIN = "http://localhost"


class ManualClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


def reverse_bytes(payload: bytes) -> bytes:
    """Seals nothing, but shows whether a payload went through it."""
    return payload[::-1]


class ApiInstallation:
    """The API over a store in memory, its clock in the test's hands."""

    def __init__(self, of: Study = STUDY, **options: Any) -> None:
        self.store = MemoryResponseStore()
        self.used_invitations = MemoryUsedInvitations()
        self.clock = ManualClock()
        self.keyring = Keyring(b"0" * 32)
        collaborators: dict[str, Any] = {
            "studies": {of.id: of},
            "store": self.store,
            "used_invitations": self.used_invitations,
            "keyring": self.keyring,
            "clock": self.clock,
            "renderer": PageRenderer(),
            "translator_for": translator_for,
            "seal_text": reverse_bytes,
        }
        self.app = create_app(**{**collaborators, **options})

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def send(self, answers: object = MINIMAL_ANSWERS, *, version: str = "1.0.0", **fields: object) -> TestResponse:
        """Post a submission as a program does."""
        body = make_submission(answers, **fields)
        return self.client.post(address(version), json=body)

    def fill(self, fields: Mapping[str, object], *, version: str = "1.0.0", **options: Any) -> TestResponse:
        """Post a form as a browser does."""
        return self.client.post(address(version), data=fields, **options)


def address(version: str = "1.0.0") -> str:
    return f"/api/responses/etude/candidats/{version}"


def make_submission(answers: object = MINIMAL_ANSWERS, **fields: object) -> dict[str, object]:
    return {"id": str(uuid4()), "language": "fr", "mode": "self", "answers": answers, **fields}


def make_id(number: int) -> UUID:
    """A version 4 id that a test can name."""
    return UUID(int=number << 80 | 4 << 76 | 2 << 62)


def error_codes(response: TestResponse) -> dict[str, str]:
    """The code of the first error of each question or field."""
    errors = (response.json or {}).get("errors", [])
    return {error.get("question", error.get("field")): error["code"] for error in reversed(errors)}
