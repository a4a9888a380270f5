"""The Atom feed of a series: one entry a release, and one a decision that rests on it, at the precision of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from operator import itemgetter
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from boucle.core.study.actions import Action
from boucle.core.study.model import Series, Study
from boucle.languages.catalogues import Words, in_language, words
from boucle.languages.number_format import Figures
from boucle.pages.actions.page import STATES
from boucle.pages.common import addresses
from boucle.pages.common.markup import plain
from boucle.pages.results.document import Release
from boucle.pages.results.labels import DEMONSTRATION

ATOM = "http://www.w3.org/2005/Atom"


def feed(study: Study, releases: Sequence[Release]) -> bytes:
    """The feed of one series, newest first, in the study's first language."""
    figures = Figures(words(study.languages[0]))
    newest = releases[-1]
    decisions = _decisions(study, newest.series)
    root = Element("feed", xmlns=ATOM)
    root.set("xml:lang", study.languages[0])
    _text(root, "title", _title(study, newest, figures))
    _text(root, "id", atom_id(str(newest.series)))
    _text(root, "updated", atom_instant(max([newest.date, *(each.last_change for each in decisions)])))
    _text(SubElement(root, "author"), "name", study.controller.name)
    SubElement(root, "link", rel="self", type="application/atom+xml", href="feed.atom")
    dated = [(each.date, partial(_entry, root, each, figures)) for each in releases]
    dated += [(each.last_change, partial(action_entry, root, study, each, figures.words)) for each in decisions]
    for _, write in sorted(dated, key=itemgetter(0), reverse=True):
        write()
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _decisions(study: Study, series: Series) -> list[Action]:
    """The actions about a figure of this series of which something was decided, "no" included."""
    about = (series.questionnaire, series.wave)
    return [
        each
        for each in study.actions.listed
        if each.decision and each.finding and (each.finding.questionnaire, each.finding.wave) == about
    ]


def action_entry(root: Element, study: Study, action: Action, said: Words) -> None:
    """One action: what was heard and what became of it, the same in every feed that holds it."""
    entry = SubElement(root, "entry")
    _text(entry, "title", f"{said(STATES[action.stage])} – {plain(in_language(action.said, said.language))}")
    _text(entry, "id", atom_id(f"{study.id}/actions/{action.id}"))
    _text(entry, "updated", atom_instant(action.last_change))
    page = addresses.actions(study, said.language)
    SubElement(entry, "link", rel="alternate", type="text/html", href=f"{page}#{action.id}")
    told = action.shipped or action.decision
    if told:
        _text(entry, "summary", plain(in_language(told.text, said.language)))


def _entry(root: Element, release: Release, figures: Figures) -> None:
    said = figures.words
    entry = SubElement(root, "entry")
    title = said("Release %(number)s: %(respondents)s answers", number=release.number,
                respondents=figures.number(release.respondents))  # fmt: skip
    _text(entry, "title", title)
    _text(entry, "id", atom_id(f"{release.series}/{release.number}"))
    _text(entry, "updated", atom_instant(release.date))
    SubElement(entry, "link", rel="alternate", type="application/json", href=f"releases/{release.number}.json")
    if release.demonstration:
        _text(entry, "summary", said(DEMONSTRATION))


def _title(study: Study, release: Release, figures: Figures) -> str:
    audience = in_language(study.audiences.get(release.series.questionnaire), study.languages[0])
    title = plain(in_language(study.title, study.languages[0]))
    return figures.words("%(study)s: %(audience)s", study=title, audience=audience or release.series.questionnaire)


def atom_id(name: str) -> str:
    """The same name gives the same id for ever."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"


def atom_instant(day: date) -> str:
    """Midnight of a day, in UTC."""
    # Atom wants a time; releases have days only.
    return f"{day.isoformat()}T00:00:00Z"


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text
