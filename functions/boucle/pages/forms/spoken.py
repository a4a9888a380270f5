"""What listening says: each question, note and choice of a form, as its page writes it.

Names are those that the page's script looks for: a question's id, `question--value` for a choice, `_care` for what
stands beside free texts, `_mode` for the page's own question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from markupsafe import Markup

from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Study
from boucle.core.study.recordings import Recording, heard
from boucle.languages.catalogues import Words, marked, words
from boucle.pages.common.fields import CONSENT, Field, Option
from boucle.pages.common.markup import text_of
from boucle.pages.forms import fragments
from boucle.pages.forms.layout import Layout

HOW = marked("How are you answering?")
"""What a form's page asks by itself; its template says the same."""

Texts = Mapping[str, str]
"""Texts by name, in the page's order."""


def spoken(study: Study, questionnaire: Questionnaire, language: str) -> Texts:
    """Everything that the form's page can say. Raises NoCatalogue."""
    said = words(language)
    care = fragments.care(study, said)
    parts = Layout(questionnaire, said, {}, (), care).parts()
    fields = chain.from_iterable(part.fields for part in parts)
    return {
        **(_modes(said) if not questionnaire.is_guide else {}),
        "_care": text_of(care),
        **{name: text for field in fields for name, text in _of_field(field)},
    }


def published(study: Study, questionnaire: Questionnaire, language: str) -> Mapping[str, Recording]:
    """The recording of each text of the page that has one."""
    recorded = study.recordings.get(questionnaire.id, {}).get(language, {})
    return heard(spoken(study, questionnaire, language), recorded) if recorded else {}


def _modes(said: Words) -> Texts:
    """The page's own question; a guide has one mode, which goes without saying."""
    return {"_mode": said(HOW), **{f"_mode--{value}": said(label) for value, label in fragments.MODES.items()}}


def _of_field(field: Field) -> Iterator[tuple[str, str]]:
    if field.kind == "grid":
        for row in field.rows:
            yield from _of_field(row)
        return
    ends = [f"{each.label} = {anchor}" for each, anchor in _ends(field)]
    yield field.id, _joined(field.label, field.obligation, *field.hints, *ends)
    if field.consent is not None:
        yield f"{CONSENT}{field.id}--yes", field.agree
    for option in (() if field.kind == "rating" else field.options) + field.apart:
        value = option.value.removeprefix(f"{field.id}.") if field.kind == "ranking" else option.value
        yield f"{field.id}--{value}", _joined(option.label, option.hint or "")


def _ends(field: Field) -> Iterable[tuple[Option, str]]:
    if field.anchors is None:
        return ()
    return zip((field.options[0], field.options[-1]), field.anchors, strict=True)


def _joined(*texts: Markup | str) -> str:
    return " ".join(text_of(str(each)) for each in texts if each)
