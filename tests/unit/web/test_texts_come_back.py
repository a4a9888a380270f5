"""A free text comes back exactly as it was typed, or is refused with a reason: by script and by form."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.core.identity.free_text import unpad
from support.api import ApiInstallation, address, error_codes, make_submission
from support.documents.html_forms import read_post_forms

FORM = "application/x-www-form-urlencoded"
TEXTS = {
    "composed": unicodedata.normalize("NFC", "é à ç ﬁ Å"),
    "decomposed": unicodedata.normalize("NFD", "é à ç ﬁ Å"),
    "right to left": "قال \u200fنعم\u200e و\u202bلا\u202c",
    "isolates": "a \u2068ب\u2069 c",
    "joined": "👩\u200d👩\u200d👧 \u0915\u094d\u200d\u0937",
    "beyond the first plane": "𝒜 🇫🇷 𠮷",
    "spaces": "a\u00a0b\u202fc\u2009d\u3000e",
    "lines": "un\ndeux\n\ntrois",
    "a tab": "a\tb",
    "a formula": '=HYPERLINK("http://x")',
    "markup": "<b>&amp;</b> \\u0000 %00 ${x} {{7*7}}",
    "quotes": "« “l’été” » \"x\" 'y' `z`",
}
REFUSED = {
    "NUL": "abc\x00",
    "a bell": "abc\x07",
    "an escape": "abc\x1b[2J",
    "half a pair": "abc\ud83d",
    "too long": "x" * 101,
    "too short": "x",
}


def read_sealed(here: ApiInstallation) -> list[str]:
    """The texts that were sealed."""
    return [unpad(stored_text.payload[::-1]).text for stored_text in here.store.texts.values()]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_by_script(text: str) -> None:
    here = ApiInstallation()
    assert here.send({"accompagne": "no", "message": text}).status_code == 201
    assert read_sealed(here) == [text]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_by_a_form_whose_browser_writes_lines_its_own_way(text: str) -> None:
    """Typed, shown, carried in a hidden field, and sent again: twice through the browser's CRLF."""
    here = ApiInstallation()
    page = here.fill({"accompagne": "no", "message": text.replace("\n", "\r\n")}).text
    here.client.post(address(), data=read_post_forms(page)[0].encode(), content_type=FORM)
    assert read_sealed(here) == [text]


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_or_it_is_refused_whole(text: str) -> None:
    here = ApiInstallation()
    body = json.dumps(make_submission({"accompagne": "no", "message": text})).encode()
    answer = here.client.post(address(), data=body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer.status_code == 400 or "message" in error_codes(answer)
    assert (here.store.responses, here.store.texts) == ({}, {})


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_whatever_it_is(text: str) -> None:
    here = ApiInstallation()
    body = json.dumps(make_submission({"accompagne": "no", "message": text})).encode()
    answer = here.client.post(address(), data=body, content_type="application/json")
    if answer.status_code == 201:
        assert read_sealed(here) == ([text] if text.strip() else [])
    else:
        assert (answer.status_code in {400, 422}, here.store.texts) == (True, {})
