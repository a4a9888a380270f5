"""How a form is answered, as it asks."""

from __future__ import annotations

from boucle.core.privacy.tables import modes_of
from boucle.core.questionnaire.model import Questionnaire
from boucle.languages.catalogues import Translator, gettext_noop

MODES = {
    "self": gettext_noop("On my own"),
    "assisted": gettext_noop("Somebody helps me"),
    "paper": gettext_noop("I copy answers that somebody gave on paper"),
}


def list_modes(questionnaire: Questionnaire, translate: Translator) -> list[tuple[str, str]]:
    """Each with its label, which a guide's only one does without."""
    return [(value, translate(MODES[value]) if value in MODES else "") for value in modes_of(questionnaire)]
