"""Looks at a page in a browser as axe does, and for what axe misses."""

from __future__ import annotations

import json
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from boucle.languages.catalogues import direction, translator_for
from support.browsers.npm_packages import install_package

AXE = "4.14.1"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "RGAAv4"]
OWN_AUDIT_SCRIPT = Path(__file__).parent.parent.parent / "browser" / "audit.js"


@lru_cache(maxsize=1)
def read_axe() -> str:
    return (install_package("axe-core", AXE) / "axe.min.js").read_text("utf-8")


def find_axe_violations(tab: Page) -> list[str]:
    """What axe-core finds, a line an element."""
    if not tab.evaluate("() => !!window.axe"):
        tab.evaluate(read_axe())
    found: Any = tab.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", TAGS
    )
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found["violations"] for node in rule["nodes"]]


def find_own_violations(tab: Page, language: str) -> list[str]:
    """What the project looks for itself."""
    expected = {"lang": language, "dir": direction(language), "error": translator_for(language)("Error:")}
    found: list[str] = tab.evaluate(OWN_AUDIT_SCRIPT.read_text("utf-8"), expected)
    return found


def find_violations(tab: Page, language: str) -> list[str]:
    """Everything that is wrong with the page as it is."""
    return find_axe_violations(tab) + find_own_violations(tab, language)


HTML_VALIDATE = "10.17.0"
HTML_VALIDATE_CONFIG = {
    "extends": ["html-validate:standard", "html-validate:a11y"],
    "rules": {
        "no-trailing-whitespace": "off",
        "long-title": "off",
        "attribute-boolean-style": "off",
        "doctype-style": "off",
        "no-redundant-role": "off",
        "tel-non-breaking": "off",
    },
}
"""Matters of taste apart."""


def validate_html(folder: Path) -> str:
    """What html-validate finds in the HTML files of a folder; empty when it finds nothing."""
    program = install_package("html-validate", HTML_VALIDATE, required=True) / "bin" / "html-validate.mjs"
    settings = folder / ".htmlvalidate.json"
    settings.write_text(json.dumps({"root": True, **HTML_VALIDATE_CONFIG}), "utf-8")
    command = ["node", str(program), "--formatter", "text", "--config", str(settings), str(folder / "*.html")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr
