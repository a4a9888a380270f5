"""What listening says: each question, note and choice of a form, as its page writes it.

Names are those that the page's script looks for: a question's id, `question--value` for a choice, `_care` for what
stands beside free texts, `_mode` for the page's own question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from markupsafe import Markup

from boucle.core.questionnaire.form_fields import CONSENT_PREFIX
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Study
from boucle.core.study.recordings import Recording, match_recordings
from boucle.languages.catalogues import Translator, gettext_noop, translator_for
from boucle.pages.common.fields import Field, Option
from boucle.pages.common.markup import text_of
from boucle.pages.forms import fragments
from boucle.pages.forms.layout import Layout
from boucle.pages.forms.modes import MODES

MODE_QUESTION = gettext_noop("How are you answering?")
"""What a form's page asks by itself; its template says the same."""

Texts = Mapping[str, str]
"""Texts by name, in the page's order."""


def list_spoken_texts(study: Study, questionnaire: Questionnaire, language: str) -> Texts:
    """Everything that the form's page can say. Raises NoCatalogue."""
    translate = translator_for(language)
    care = fragments.render_care(study, translate)
    parts = Layout(questionnaire, translate, {}, (), care).build_sections()
    fields = chain.from_iterable(part.fields for part in parts)
    return {
        **(_list_mode_texts(translate) if not questionnaire.is_guide else {}),
        "_care": text_of(care),
        **{name: text for field in fields for name, text in _list_field_texts(field)},
    }


def find_recordings(study: Study, questionnaire: Questionnaire, language: str) -> Mapping[str, Recording]:
    """The recording of each text of the page that has one."""
    recorded = study.recordings.get(questionnaire.id, {}).get(language, {})
    return match_recordings(list_spoken_texts(study, questionnaire, language), recorded) if recorded else {}


def _list_mode_texts(translate: Translator) -> Texts:
    """The page's own question; a guide has one mode, which goes without saying."""
    return {
        "_mode": translate(MODE_QUESTION),
        **{f"_mode--{value}": translate(label) for value, label in MODES.items()},
    }


def _list_field_texts(field: Field) -> Iterator[tuple[str, str]]:
    if field.kind == "grid":
        for row in field.rows:
            yield from _list_field_texts(row)
        return
    ends = [f"{end_option.label} = {anchor}" for end_option, anchor in _list_ends(field)]
    yield field.id, _join(field.label, field.obligation, *field.hints, *ends)
    if field.consent is not None:
        yield f"{CONSENT_PREFIX}{field.id}--yes", field.agree
    for option in (() if field.kind == "rating" else field.options) + field.apart:
        value = option.value.removeprefix(f"{field.id}.") if field.kind == "ranking" else option.value
        yield f"{field.id}--{value}", _join(option.label, option.hint or "")


def _list_ends(field: Field) -> Iterable[tuple[Option, str]]:
    if field.anchors is None:
        return ()
    return zip((field.options[0], field.options[-1]), field.anchors, strict=True)


def _join(*texts: Markup | str) -> str:
    return " ".join(text_of(str(text)) for text in texts if text)
