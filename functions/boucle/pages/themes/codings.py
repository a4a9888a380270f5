"""What the series of coded themes is called where people read it."""

from __future__ import annotations

from boucle.core.study.coding import study_of_codings
from boucle.core.study.model import Study
from boucle.languages.catalogues import marked, words

LABEL = marked("What people wrote about, in their own words")


def codings(study: Study) -> Study | None:
    """The study whose answers are the themes of coded texts; None where nothing is coded."""
    return study_of_codings(study, {language: words(language)(LABEL) for language in study.languages})
