"""The scripts of the forms: plain files under the site, named with the hash of their content where pages load them.

There is no build step: what is served is what stands in `scripts/`, without its comments and indentation. The worker
stands at the root, since a service worker governs only what is below it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from boucle.core.canonical import sha256_hex
from boucle.core.questionnaire.model import Date, Number, Questionnaire, Ranking
from boucle.pages.common.assets import list_files

WORKER = "worker.js"
ADDRESSES = "_boucle"
LOADED_FIRST = ("rules.js", "form.js")
"""With every form, in the order in which they need each other."""
KINDS = "kinds.js"
"""Between the two, for forms with a type that needs it."""
INVITATION = "invitation.js"
"""After these, for forms of a wave by invitation."""
PIPED_ANSWERS = "again.js"
"""After those, for forms in which a text says an earlier answer again."""
LOADED_LATER = ("outbox.js", "sending.js")
"""By the page, once it can be used."""
TOOLS = "tools.js"
"""Fetched when somebody asks for what it does."""
OTHERS = "others.js"
"""The same, once the answers are stored."""
PROOF = "proof.js"
"""A worker, for the waves that ask for work."""

ONLY_A_COMMENT = re.compile(r"^//.*$|^/\*.*\*/$")


KINDS_TYPES = (Date, Number, Ranking)


def list_addresses(questionnaire: Questionnaire, by_invitation: bool, *, has_piped_answers: bool) -> tuple[str, ...]:
    """The addresses of what this form loads at once, in order."""
    rules, form = LOADED_FIRST
    kinds = (KINDS,) if any(isinstance(question, KINDS_TYPES) for question in questionnaire.questions) else ()
    last = (*((PIPED_ANSWERS,) if has_piped_answers else ()), *((INVITATION,) if by_invitation else ()))
    return tuple(address(name) for name in (rules, *kinds, form, *last))


@lru_cache(maxsize=1)
def read_scripts() -> Mapping[str, str]:
    """Every script by its address from the root of the site."""
    written = {path.name: _compact(path.read_text("utf-8")) for path in list_files("scripts", ".js")}
    return {name if name == WORKER else f"{ADDRESSES}/{name}": script for name, script in written.items()}


def address(name: str) -> str:
    """Where a page loads a script from; it changes with the script, so a copy can be kept for ever."""
    digest = sha256_hex(read_scripts()[f"{ADDRESSES}/{name}"].encode())
    return f"/{ADDRESSES}/{name}?v={digest[:8]}"


def _compact(script: str) -> str:
    """Line by line, so that nothing inside a line can be taken for a comment or a blank."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not ONLY_A_COMMENT.match(line)) + "\n"
