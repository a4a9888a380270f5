"""The addresses that several parts know, as paths from the site's root: one spelling for those who write and read them.

Pages have more of their own, in `pages/common/addresses.py`, made from these.
"""

from __future__ import annotations

API_PREFIX = "/api/"
"""Everything under it is the API's; all else is the site's."""
RESPONSES_PREFIX = "/api/responses/"
RECEIPTS = "/api/receipts"
WITHDRAWALS = "/api/withdrawals"
HEALTH = "/api/health"
OPENAPI = "/api/openapi.json"

AUDIO_PREFIX = "/_boucle/audio/"
EMBED_PREFIX = "/_boucle/embed/"
"""Figures alone, which any site may frame; nothing there takes an answer."""
SHELL_PREFIX = "/_boucle/shell/"
"""The site around the API's pages, which is never served by itself."""


def responses_address(study: str, questionnaire: str, version: str) -> str:
    """Where answers to one questionnaire version are posted."""
    return f"{RESPONSES_PREFIX}{study}/{questionnaire}/{version}"
