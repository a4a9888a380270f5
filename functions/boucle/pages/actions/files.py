"""What other sites take from a study's actions: an Atom feed, and a small picture for the service concerned."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from boucle.core.study.actions import Actions, Stage
from boucle.core.study.model import Study
from boucle.languages.catalogues import Words, in_language, words
from boucle.pages.actions.feed import ATOM, action_entry, atom_id, atom_instant
from boucle.pages.common import addresses
from boucle.pages.common.markup import plain
from boucle.pages.forms.fragments import environment

CHARACTER = 7.5
"""The width of a character of a badge, in pixels; generous, for fonts differ."""
PADDING = 12


def actions_files(study: Study) -> Mapping[str, str]:
    """The feed and one badge a team, in the study's first language, by address from the root of the site."""
    if not study.actions.listed:
        return {}
    said = words(study.languages[0])
    badges = {f"badge-{team}.svg": badge(study.actions.of_team(team), said) for team in study.actions.teams}
    files = {"feed.atom": feed(study, said), **badges}
    return {addresses.actions_file(study, name).lstrip("/"): content for name, content in files.items()}


def feed(study: Study, said: Words) -> str:
    """One entry an action, dated by the last thing that happened to it, newest first."""
    root = Element("feed", xmlns=ATOM)
    root.set("xml:lang", said.language)
    title = said("What became of your answers: %(study)s", study=plain(in_language(study.title, said.language)))
    newest = sorted(study.actions.listed, key=lambda each: each.last_change, reverse=True)
    _text(root, "title", title)
    _text(root, "id", atom_id(f"{study.id}/actions"))
    _text(root, "updated", atom_instant(newest[0].last_change))
    _text(SubElement(root, "author"), "name", study.controller.name)
    SubElement(root, "link", rel="self", type="application/atom+xml", href="feed.atom")
    for action in newest:
        action_entry(root, study, action, said)
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def badge(actions: Actions, said: Words) -> str:
    """How many of a team's actions are done, of those that it accepted, as a picture with its words."""
    accepted = [each for each in actions.listed if each.stage in (Stage.DECIDED, Stage.SHIPPED)]
    done = sum(each.stage is Stage.SHIPPED for each in accepted)
    left, right = said("You said, we did"), f"{done}/{len(accepted)}"
    widths = [round(len(each) * CHARACTER) + PADDING for each in (left, right)]
    meaning = said("%(done)s of %(accepted)s accepted actions are done", done=done, accepted=len(accepted))
    return (
        environment()
        .get_template("badge.svg")
        .render(left=left, right=right, widths=widths, meaning=meaning, direction=said.direction)
    )


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text
