"""What the series of coded themes is called where people read it."""

from __future__ import annotations

from boucle.core.study.coding import make_coding_study
from boucle.core.study.model import Study
from boucle.languages.catalogues import gettext_noop, translator_for

LABEL = gettext_noop("What people wrote about, in their own words")


def study_of_coded_texts(study: Study) -> Study | None:
    """The study whose answers are the themes of coded texts; None where nothing is coded."""
    return make_coding_study(study, {language: translator_for(language)(LABEL) for language in study.languages})
