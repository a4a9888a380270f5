"""The Atom feed of a series: one entry a release, and one a decision that rests on it, at the precision of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from operator import itemgetter
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from boucle.core.release.document import release_name
from boucle.core.release.model import Release
from boucle.core.study.actions import Action
from boucle.core.study.model import Series, Study
from boucle.languages.catalogues import Translator, in_language, translator_for
from boucle.languages.number_format import NumberFormatter
from boucle.pages.actions.page import STAGE_LABELS
from boucle.pages.common import addresses
from boucle.pages.common.markup import to_plain_text
from boucle.pages.results.labels import DEMONSTRATION

ATOM = "http://www.w3.org/2005/Atom"


def render_series_feed(study: Study, releases: Sequence[Release]) -> bytes:
    """The feed of one series, newest first, in the study's first language."""
    formatter = NumberFormatter(translator_for(study.languages[0]))
    newest = releases[-1]
    decisions = _list_decisions(study, newest.series)
    root = Element("feed", xmlns=ATOM)
    root.set("xml:lang", study.languages[0])
    _add_text(root, "title", _make_title(study, newest, formatter))
    _add_text(root, "id", atom_id(str(newest.series)))
    _add_text(root, "updated", atom_instant(max([newest.date, *(decision.last_change for decision in decisions)])))
    _add_text(SubElement(root, "author"), "name", study.controller.name)
    SubElement(root, "link", rel="self", type="application/atom+xml", href="feed.atom")
    dated = [(release.date, partial(_add_release_entry, root, release, formatter)) for release in releases]
    dated += [
        (decision.last_change, partial(add_action_entry, root, study, decision, formatter.translate))
        for decision in decisions
    ]
    for _, write in sorted(dated, key=itemgetter(0), reverse=True):
        write()
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _list_decisions(study: Study, series: Series) -> list[Action]:
    """The actions about a figure of this series of which something was decided, "no" included."""
    about = (series.questionnaire, series.wave)
    return [
        action
        for action in study.actions.listed
        if action.decision and action.finding and (action.finding.questionnaire, action.finding.wave) == about
    ]


def add_action_entry(root: Element, study: Study, action: Action, translate: Translator) -> None:
    """One action: what was heard and what became of it, the same in every feed that holds it."""
    entry = SubElement(root, "entry")
    _add_text(
        entry,
        "title",
        f"{translate(STAGE_LABELS[action.stage])} – {to_plain_text(in_language(action.said, translate.language))}",
    )
    _add_text(entry, "id", atom_id(f"{study.id}/actions/{action.id}"))
    _add_text(entry, "updated", atom_instant(action.last_change))
    page = addresses.actions(study, translate.language)
    SubElement(entry, "link", rel="alternate", type="text/html", href=f"{page}#{action.id}")
    told = action.shipped or action.decision
    if told:
        _add_text(entry, "summary", to_plain_text(in_language(told.text, translate.language)))


def _add_release_entry(root: Element, release: Release, formatter: NumberFormatter) -> None:
    translate = formatter.translate
    entry = SubElement(root, "entry")
    title = translate("Release %(number)s: %(respondents)s answers", number=release.number,
                respondents=formatter.format_number(release.respondents))  # fmt: skip
    _add_text(entry, "title", title)
    _add_text(entry, "id", atom_id(f"{release.series}/{release.number}"))
    _add_text(entry, "updated", atom_instant(release.date))
    SubElement(entry, "link", rel="alternate", type="application/json", href=release_name(release.number))
    if release.demonstration:
        _add_text(entry, "summary", translate(DEMONSTRATION))


def _make_title(study: Study, release: Release, formatter: NumberFormatter) -> str:
    audience = in_language(study.audiences.get(release.series.questionnaire), study.languages[0])
    title = to_plain_text(in_language(study.title, study.languages[0]))
    return formatter.translate(
        "%(study)s: %(audience)s", study=title, audience=audience or release.series.questionnaire
    )


def atom_id(name: str) -> str:
    """The same name gives the same id for ever."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"


def atom_instant(day: date) -> str:
    """Midnight of a day, in UTC."""
    # Atom wants a time; releases have days only.
    return f"{day.isoformat()}T00:00:00Z"


def _add_text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text
