"""The pages that a study adds to a site: its forms, its results to come, its codes, and the shells of the API."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from boucle.content.surveys import recording_file
from boucle.core.privacy.tables import modes_of
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Acceptance, Study, Wave
from boucle.pages.actions.files import render_actions_files
from boucle.pages.actions.page import render_actions
from boucle.pages.common import addresses, scripts, shells
from boucle.pages.forms import fragments, spoken
from boucle.pages.forms.fragments import Fragment
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.results.free_texts import NO_FREE_TEXTS
from boucle.pages.results.page import render_results
from boucle.pages.study.accessibility import render_accessibility_page
from boucle.pages.study.privacy import render_privacy_sheet
from boucle.pages.themes.page import render_theme_fragments

NOT_FOUND = "404.html"
CLOSED_NOTICES = {Acceptance.CLOSED: "closed", Acceptance.NOT_YET: "not_open"}


@dataclass(frozen=True, slots=True)
class SitePage:
    """One generated page."""

    address: str
    """From the root of the site; it ends with a slash, or names the file itself."""
    study: Study
    language: str
    topic: str
    """The same for the page in every language."""
    fragment: Fragment

    @property
    def file(self) -> str:
        """The built file, from the root of the site."""
        return self.address.lstrip("/") + ("index.html" if self.address.endswith("/") else "")

    @property
    def source(self) -> str:
        """The Markdown file that it would be, for links from other pages: `en/parcours/candidats.md`."""
        return self.address.strip("/").removesuffix(".html") + ".md"

    @property
    def is_listed(self) -> bool:
        """Whether it is for people to find, rather than for the API or for errors."""
        return self.address.endswith("/")

    @property
    def is_shell(self) -> bool:
        """Whether it waits for a content, and for addresses in other languages."""
        return self.fragment.content == shells.CONTENT


def pages_of(studies: Iterable[Study], day: date) -> tuple[SitePage, ...]:
    """Every page of every study on that day. Where two studies would have the same one, the first has it."""
    found: dict[str, SitePage] = {}
    for study in studies:
        for language in study.languages:
            for page in _make_pages(study, language, day):
                found.setdefault(page.address, page)
    return tuple(found.values())


def render_served_files(studies: Iterable[Study]) -> Mapping[str, str]:
    """What forms fetch beside their page, by address from the root of the site: scripts, the words of sending."""
    sending = {
        addresses.sending(study, questionnaire.id, language).lstrip("/"): fragments.render_sending(
            study, questionnaire, language
        )
        for study in studies
        for questionnaire in study.questionnaires
        for language in questionnaire.languages
    }
    others = {
        addresses.others(study, id, language).lstrip("/"): fragments.render_others(study, language)
        for study in studies
        for id in study.own_beside_others
        for language in study.languages
    }
    actions = {address: content for study in studies for address, content in render_actions_files(study).items()}
    return {**scripts.read_scripts(), **sending, **others, **actions, **dict(_index_recordings(studies))}


def find_recordings(studies: Iterable[Study], surveys: Path) -> Mapping[str, Path]:
    """Every recording that a page can ask for, by address from the root of the site: its file."""
    return {
        addresses.recording(recording).lstrip("/"): recording_file(
            surveys / study.id, questionnaire.id, language, recording.name
        )
        for study in studies
        for questionnaire in study.questionnaires
        for language in questionnaire.languages
        for recording in spoken.find_recordings(study, questionnaire, language).values()
    }


def _index_recordings(studies: Iterable[Study]) -> Iterator[tuple[str, str]]:
    """Which recording reads each text, for the pages that have any."""
    for study in studies:
        for questionnaire in study.questionnaires:
            for language in filter(partial(study.is_recorded, questionnaire), questionnaire.languages):
                heard = spoken.find_recordings(study, questionnaire, language)
                index = {name: addresses.recording(recording) for name, recording in heard.items()}
                yield addresses.recording_index(study, questionnaire, language).lstrip("/"), json.dumps(index)


def _make_pages(study: Study, language: str, day: date) -> Iterator[SitePage]:
    def make_page(address: str, topic: str, fragment: Fragment) -> SitePage:
        return SitePage(address, study, language, topic, fragment)

    for questionnaire in study.questionnaire_ids:
        shown = find_shown_version(study, questionnaire, day)
        if shown and language in shown[0].languages:
            address = addresses.form(study, questionnaire, language)
            yield make_page(address, f"{study.id}/{questionnaire}", _render_form(study, *shown, language))
    yield make_page(addresses.results(study, language), f"{study.id}/results", render_results(study, language, {}))
    if study.actions.listed:
        content = render_actions(study, language, {}, day)
        yield make_page(addresses.actions(study, language), f"{study.id}/actions", content)
    for theme, content in render_theme_fragments(study, language, {}, NO_FREE_TEXTS, day).items():
        yield make_page(addresses.themes(study, language, theme), f"{study.id}/themes/{theme}", content)
    yield make_page(
        addresses.receipt(study, language), f"{study.id}/receipt", fragments.render_codes_page(study, language)
    )
    yield make_page(addresses.privacy(study, language), f"{study.id}/privacy", render_privacy_sheet(study, language))
    yield make_page(
        addresses.accessibility(study, language), "accessibility", render_accessibility_page(study, language)
    )
    shell = Fragment(shells.TITLE, shells.CONTENT, sheets=())
    yield make_page(f"/{shells.address(study.id, language)}", f"{study.id}/shell", shell)
    if language == study.languages[0]:
        yield make_page(f"/{NOT_FOUND}", "404", fragments.render_notice(study, language, "unknown"))


def render_form_pages(renderer: PageRenderer, study: Study, day: date) -> Mapping[str, bytes]:
    """Every form's page as it is on that day, by address: versions open and waves close by themselves."""
    found: dict[str, bytes] = {}
    for id in study.questionnaire_ids:
        shown = find_shown_version(study, id, day)
        if shown:
            address, render_content = partial(addresses.form, study, id), partial(_render_form, study, *shown)
            found |= renderer.render_pages(study, shown[0].languages, address, render_content)
    return found


def _render_form(
    study: Study, questionnaire: Questionnaire, wave: Wave, acceptance: Acceptance, language: str
) -> Fragment:
    if acceptance in CLOSED_NOTICES:
        return fragments.render_notice(study, language, CLOSED_NOTICES[acceptance])
    mode = modes_of(questionnaire)[0]
    return fragments.render_form(study, questionnaire, language, typed={}, issues=[], mode=mode, wave=wave)


def find_shown_version(study: Study, questionnaire: str, day: date) -> tuple[Questionnaire, Wave, Acceptance] | None:
    """The version whose page stands at the questionnaire's address on that day; None when no wave has one."""
    shown = [
        (wave, opening.version, wave.acceptance(questionnaire, opening.version, day) or Acceptance.CLOSED)
        for wave in study.waves
        if (opening := wave.current(questionnaire, day))
    ]
    if not shown:
        return None
    wave, version, acceptance = min(shown, key=lambda candidate: _rank(candidate[0], candidate[2], day))
    return study.by_version[questionnaire, version], wave, acceptance


def _rank(wave: Wave, acceptance: Acceptance, day: date) -> tuple[int, int]:
    """What takes answers, and of two that do what opened last; then what is next; then what closed last."""
    if acceptance is Acceptance.OPEN:
        return 0, (day - wave.opens).days
    if acceptance is Acceptance.NOT_YET:
        return 1, (wave.opens - day).days
    return 2, (day - wave.last_day).days
