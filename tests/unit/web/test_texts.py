"""Free texts are padded before they are sealed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.core.identity.free_text import BLOCK, Verbatim, padded, unpadded


@settings(deadline=None)
@given(st.text(max_size=2000), st.booleans())
def test_a_padded_text_has_whole_blocks_and_comes_back(text: str, consent: bool) -> None:
    payload = padded(Verbatim(text, "fr", consent))
    assert len(payload) % BLOCK == 0
    assert unpadded(payload) == Verbatim(text, "fr", consent)


def test_two_short_texts_cannot_be_told_apart_by_length() -> None:
    assert len(padded(Verbatim("Oui", "fr", True))) == len(padded(Verbatim("Non, " * 100, "ar", False))) == BLOCK
