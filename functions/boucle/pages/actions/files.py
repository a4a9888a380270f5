"""What other sites take from a study's actions: an Atom feed, and a small picture for the service concerned."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from boucle.core.study.actions import Actions, Stage
from boucle.core.study.model import Study
from boucle.languages.catalogues import Translator, in_language, translator_for
from boucle.pages.actions.feed import ATOM, add_action_entry, atom_id, atom_instant
from boucle.pages.common import addresses
from boucle.pages.common.markup import to_plain_text
from boucle.pages.forms.fragments import make_environment

CHARACTER_WIDTH = 7.5
"""The width of a character of a badge, in pixels; generous, for fonts differ."""
PADDING = 12


def render_actions_files(study: Study) -> Mapping[str, str]:
    """The feed and one badge a team, in the study's first language, by address from the root of the site."""
    if not study.actions.listed:
        return {}
    translate = translator_for(study.languages[0])
    badges = {f"badge-{team}.svg": render_badge(study.actions.of_team(team), translate) for team in study.actions.teams}
    files = {"feed.atom": render_actions_feed(study, translate), **badges}
    return {addresses.actions_file(study, name).lstrip("/"): content for name, content in files.items()}


def render_actions_feed(study: Study, translate: Translator) -> str:
    """One entry an action, dated by the last thing that happened to it, newest first."""
    root = Element("feed", xmlns=ATOM)
    root.set("xml:lang", translate.language)
    title = translate(
        "What became of your answers: %(study)s", study=to_plain_text(in_language(study.title, translate.language))
    )
    newest = sorted(study.actions.listed, key=lambda entry: entry.last_change, reverse=True)
    _add_text(root, "title", title)
    _add_text(root, "id", atom_id(f"{study.id}/actions"))
    _add_text(root, "updated", atom_instant(newest[0].last_change))
    _add_text(SubElement(root, "author"), "name", study.controller.name)
    SubElement(root, "link", rel="self", type="application/atom+xml", href="feed.atom")
    for action in newest:
        add_action_entry(root, study, action, translate)
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def render_badge(actions: Actions, translate: Translator) -> str:
    """How many of a team's actions are done, of those that it accepted, as a picture with its words."""
    accepted = [action for action in actions.listed if action.stage in (Stage.DECIDED, Stage.SHIPPED)]
    done = sum(action.stage is Stage.SHIPPED for action in accepted)
    left, right = translate("You said, we did"), f"{done}/{len(accepted)}"
    widths = [round(len(text) * CHARACTER_WIDTH) + PADDING for text in (left, right)]
    meaning = translate("%(done)s of %(accepted)s accepted actions are done", done=done, accepted=len(accepted))
    return (
        make_environment()
        .get_template("badge.svg")
        .render(left=left, right=right, widths=widths, meaning=meaning, direction=translate.direction)
    )


def _add_text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text
