"""Promises of authors' texts: a small Markdown, and never HTML."""

from __future__ import annotations

import pytest

from boucle.pages.common.markup import render_blocks, render_inline, to_plain_text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Oui & non", "Oui &amp; non"),
        ("un *mot* et **deux**", "un <em>mot</em> et <strong>deux</strong>"),
        ("[le site](https://example.org)", '<a href="https://example.org">le site</a>'),
        ("une ligne\nune autre", "une ligne<br>\nune autre"),
        ("<b>gras</b>", "&lt;b&gt;gras&lt;/b&gt;"),
        ("*<img src=x onerror=alert(1)>*", "<em>&lt;img src=x onerror=alert(1)&gt;</em>"),
        ("![alt](https://example.org/x.png)", '!<a href="https://example.org/x.png">alt</a>'),
        ("`code` # titre", "`code` # titre"),
    ],
)
def test_one_line(written: str, shown: str) -> None:
    assert str(render_inline(written)) == shown


@pytest.mark.parametrize("address", ["http://example.org", "javascript:alert(1)", "data:text/html,x", "//example.org"])
def test_a_link_that_is_not_https_stays_text(address: str) -> None:
    assert "<a" not in render_inline(f"*voir* [ici]({address})")


def test_paragraphs_and_lists() -> None:
    assert render_blocks("Deux choses :\n\n- une\n- deux") == (
        "<p>Deux choses :</p>\n<ul>\n<li>une</li>\n<li>deux</li>\n</ul>"
    )
    assert render_blocks("- une") == "<ul>\n<li>une</li>\n</ul>"
    assert render_blocks("2 < 3") == "<p>2 &lt; 3</p>"


def test_a_title_has_no_markup() -> None:
    assert to_plain_text("un *mot* & <b>") == "un mot & <b>"


def test_plain_text_keeps_the_no_break_space_before_a_question_mark() -> None:
    assert to_plain_text("Et *vous*\u202f?") == "Et vous\u202f?"
