"""Promises of the style sheets: contrast in both schemes, and nothing that a strict policy or an old engine breaks."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from boucle.pages.common import styles

TOKEN = re.compile(r"--([a-z-]+):(#[0-9a-f]{3,6})")
TEXT, CONTROL = 4.5, 3.0
PAIRS = [
    ("ink", "paper", TEXT),
    ("ink", "tint", TEXT),
    ("soft", "paper", TEXT),
    ("soft", "tint", TEXT),
    ("accent", "paper", TEXT),
    ("accent", "tint", TEXT),
    ("on-accent", "accent", TEXT),
    ("error", "paper", TEXT),
    ("error", "error-tint", TEXT),
    ("edge", "paper", CONTROL),
    ("edge", "tint", CONTROL),
]


def schemes() -> Mapping[str, Mapping[str, str]]:
    dark = styles.read_sheets()["page"].removeprefix(light := styles.read_sheets()["tokens"]).partition("}}")[0]
    return {"light": dict(TOKEN.findall(light)), "dark": dict(TOKEN.findall(dark))}


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_the_contrast_that_text_and_controls_need(scheme: str) -> None:
    tokens = schemes()[scheme]
    poor = [(one, other) for one, other, least in PAIRS if contrast(tokens[one], tokens[other]) < least]
    assert poor == []


def test_black_on_white_has_the_contrast_of_the_norm() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)


def test_sheets_load_nothing_and_use_nothing_that_old_engines_break() -> None:
    """Chromium 83 ignores logical properties and the gap of flex boxes."""
    for name, sheet in styles.read_sheets().items():
        wrong = re.findall(r"url\(|@import|(?<![\w-])gap:|(?:margin|padding|border|inset)-(?:inline|block)", sheet)
        assert (name, wrong) == (name, [])


def test_every_colour_is_a_token() -> None:
    """So that another house changes its colours in one place."""
    around = styles.read_sheets()["page"].partition("}}")[2]
    assert re.findall(r"#[0-9a-f]{3,8}\b", around + styles.read_sheets()["form"]) == []


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    wide = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    red, green, blue = (_linear(int(wide[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
