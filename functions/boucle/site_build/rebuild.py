"""Builds a site again after a change: the pages of one study in its own shells, or all of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from datetime import date
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

from boucle.config.settings import Settings
from boucle.content.origins import ORIGINS_FILE
from boucle.content.surveys import read_studies
from boucle.core.study.model import Study
from boucle.core.versions.lock import EditedAfterPublication
from boucle.pages.common import addresses, shells
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.study.site_pages import NOT_FOUND, SitePage, pages_of, render_served_files
from boucle.site_build.build import accept_anything, build_site, change_over, keep_accepted, refuse_unsound

NOTHING_REFUSED: Mapping[str, str] = MappingProxyType({})


def rebuild(
    settings: Settings,
    today: date,
    changed: Set[Path],
    refused: Mapping[str, str] = NOTHING_REFUSED,
    refuse: Callable[[Settings], None] = accept_anything,
) -> Mapping[str, Study]:
    """Build what these files changed; the studies concerned, by id.

    A version of a questionnaire changes the pages of its study, which are drawn in the shells of the site as it is.
    Anything else may change every page: MkDocs builds the whole of it. The pages of a study that is `refused`, because
    its files are not what people have answered, stay what they are.

    Raises SiteNotBuilt and EditedAfterPublication: nothing changed then.
    """
    concerned = _find_changed_studies(settings.surveys, changed)
    _refuse_edited(refused, concerned)
    if concerned is None:
        build_site(settings, today, refuse=refuse)
        return read_studies(settings)
    for id in concerned:
        refuse_unsound(settings.surveys / id)
    refuse(settings)
    studies = read_studies(settings, refused.keys())
    changed_studies = {id: studies[id] for id in sorted(concerned)}
    pages = _leave_out_handwritten(settings.site, pages_of(list(changed_studies.values()), today))
    are_there = all((settings.built_folder / page.file).exists() for page in pages)
    if are_there and not _find_withdrawn_forms(settings.built_folder, changed_studies.values()):
        _redraw(settings, changed_studies.values(), pages)
    else:
        _refuse_edited(refused, None)
        build_site(settings, today, refuse=refuse)  # a page is new, or gone: others lead to it
    return changed_studies


def restore_pages(settings: Settings, today: date, studies: Collection[Study]) -> bool:
    """Draw again the pages of studies whose files were refused, where the site shows something else; whether it did."""
    pages = _leave_out_handwritten(settings.site, pages_of(list(studies), today))
    present = [page for page in pages if (settings.built_folder / page.file).exists()]
    renderer = PageRenderer(shells.shells_of(settings.built_folder), settings.demonstration)
    contents = [*_render_contents(renderer, present), *render_served_files(studies).items()]
    if all(_is_shown(settings.built_folder / address, content) for address, content in contents):
        return False
    _redraw(settings, studies, present)
    return True


def _is_shown(file: Path, content: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == content


def _refuse_edited(refused: Mapping[str, str], concerned: Set[str] | None) -> None:
    """Raises EditedAfterPublication where what is to be built holds a study that is refused; None: all of them."""
    why = [reason for id, reason in refused.items() if concerned is None or id in concerned]
    if why:
        raise EditedAfterPublication(why[0])


def _find_withdrawn_forms(built: Path, studies: Iterable[Study]) -> Set[Path]:
    """The forms in languages that are no longer offered, as their translation is stale: nobody could send them."""
    forms = [(study, id) for study in studies for id in study.questionnaire_ids]
    found = {
        file for study, id in forms for start in ("", "*/") for file in built.glob(f"{start}{study.id}/{id}/index.html")
    }
    offered = {
        built / f"{addresses.form(study, questionnaire.id, language).strip('/')}/index.html"
        for study in studies
        for questionnaire in study.questionnaires
        for language in questionnaire.languages
    }
    return found - offered


def _leave_out_handwritten(site: Path, pages: Iterable[SitePage]) -> list[SitePage]:
    """The pages in whose place people have written none themselves."""
    written = {file.as_posix() for file in site.rglob("*.md")}
    return [page for page in pages if not any(file.endswith(f"/{page.source}") for file in written)]


def _find_changed_studies(surveys: Path, changed: Set[Path]) -> Set[str] | None:
    """The studies of which only files of versions were written; None when something else was, or one was removed."""
    found = set()
    for file in changed:
        parts = file.relative_to(surveys).parts if file.is_relative_to(surveys) else ()
        is_version = len(parts) == 3 and file.suffix == ".json"
        if not (is_version or file.name == ORIGINS_FILE) or not file.exists():
            return None
        found.add(parts[0])
    return found


def _redraw(settings: Settings, studies: Iterable[Study], pages: Iterable[SitePage]) -> None:
    """Change over to a copy of the site in which these pages are new."""
    folder = settings.home.resolve() / "sites" / uuid4().hex
    try:
        shutil.copytree(settings.built_folder.resolve(), folder, copy_function=os.link)
        renderer = PageRenderer(shells.shells_of(settings.built_folder), settings.demonstration)
        for address, content in (*_render_contents(renderer, pages), *render_served_files(studies).items()):
            _replace_file(folder / address, content)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # nobody would ever look at half a copy
        raise
    keep_accepted(settings)
    change_over(settings.built_folder, folder)


def _render_contents(renderer: PageRenderer, pages: Iterable[SitePage]) -> Iterator[tuple[str, str]]:
    drawn = [site_page for site_page in pages if not site_page.is_shell and site_page.file != NOT_FOUND]
    addresses = {(site_page.study.id, site_page.topic, site_page.language): site_page.address for site_page in drawn}
    for page in drawn:
        known = {
            language: addresses.get((page.study.id, page.topic, language), page.address)
            for language in page.study.languages
        }
        yield page.file, renderer.render_page(page.study, page.language, page.fragment, known.__getitem__)


def _replace_file(file: Path, content: str) -> None:
    # Never in place: the site that is being served has the same file under another name.
    file.unlink(missing_ok=True)
    file.write_text(content, encoding="utf-8")
