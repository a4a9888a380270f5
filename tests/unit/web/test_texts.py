"""Free texts are padded before they are sealed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.core.identity.free_text import BLOCK_BYTES, FreeTextAnswer, pad, unpad


@settings(deadline=None)
@given(st.text(max_size=2000), st.booleans())
def test_a_padded_text_has_whole_blocks_and_comes_back(text: str, consent: bool) -> None:
    payload = pad(FreeTextAnswer(text, "fr", consent))
    assert len(payload) % BLOCK_BYTES == 0
    assert unpad(payload) == FreeTextAnswer(text, "fr", consent)


def test_two_short_texts_cannot_be_told_apart_by_length() -> None:
    assert (
        len(pad(FreeTextAnswer("Oui", "fr", True)))
        == len(pad(FreeTextAnswer("Non, " * 100, "ar", False)))
        == BLOCK_BYTES
    )
