"""Builders of what goes into a store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256

from boucle.core.ports import Doubt, KeyInWave, NewResponse, NewText, UsedInvitation
from boucle.core.questionnaire.values import Answers
from boucle.core.study.model import Series

SERIES = Series("parcours", "candidats", 1, "2026")
OTHER_WAVE = Series("parcours", "candidats", 1, "2027")
MONDAY = date(2026, 1, 5)
TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)
EXPIRES = date(2028, 12, 31)
ANSWERS: Answers = {"accompagne": "yes", "note": 8}


def make_stored_key(name: object) -> str:
    return sha256(f"key {name}".encode()).hexdigest()


def new_response(
    name: object = "one",
    *,
    series: Series = SERIES,
    window: date = MONDAY,
    answers: Answers = ANSWERS,
    body: str = "the body",
    expires: date = EXPIRES,
    doubt: Doubt | None = None,
    version: str = "1.0.0",
    file_hash: str = "",
    others: Sequence[KeyInWave] = (),
    is_contested: bool = False,
) -> NewResponse:
    """The response of that name; `body` stands for all that its digest covers."""
    return NewResponse(
        series=series,
        version=version,
        key=make_stored_key(name),
        window=window,
        language="fr",
        mode="self",
        answers=answers,
        digest=sha256(f"{name} {body}".encode()).hexdigest(),
        expires=expires,
        doubt=doubt,
        file_hash=file_hash,
        other_keys=tuple(others),
        is_contested=is_contested,
    )


def new_text(
    name: object = "one", *, series: Series = SERIES, payload: bytes = b"\x00sealed\xff", expires: date = EXPIRES
) -> NewText:
    return NewText(key=make_stored_key(f"text {name}"), series=series, question="mot", payload=payload, expires=expires)


def new_used_invitation(name: object = "one", by: object = "somebody", expires: date = EXPIRES) -> UsedInvitation:
    """The invitation of that name, used by the submission of that name."""
    key, mark = (sha256(f"{name_part}".encode()).digest()[:16].hex() for name_part in (name, f"{name} {by}"))
    return UsedInvitation(key=key, mark=mark, expires=expires)
