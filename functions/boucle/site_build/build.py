"""Builds the static site with MkDocs, beside the one being served, and changes over in one step."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from boucle.authoring.lint.blocking import find_blocking
from boucle.config.settings import Settings
from boucle.content.surveys import keep_origins
from boucle.core.errors import BoucleError
from boucle.core.ports import LockedVersion
from boucle.core.versions.lock import LOCK_FILE
from boucle.pages.mkdocs_plugin.plugin import BouclePlugin

LEFT_OUT_RULES = frozenset({"translation-stale", "study-translation-missing"})
"""What leaves out a language that may have been offered before: an author should not have to find out."""

log = logging.getLogger(__name__)


class SiteNotBuilt(BoucleError):
    """MkDocs could not build the site."""


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """Where a site was built, and how many pages it has."""

    folder: Path
    pages: int


def accept_anything(_: Settings) -> None:
    """For a home that holds no answers."""


def build_site(
    settings: Settings,
    today: date,
    *,
    strict: bool = False,
    data: str | None = None,
    without: Set[str] = frozenset(),
    locked: Sequence[LockedVersion] = (),
    refuse: Callable[[Settings], None] = accept_anything,
) -> BuiltSite:
    """Build the site as of `today`; what is served changes only once the whole of it is there. Raises SiteNotBuilt.

    Articles quote the published files of `data`, a folder or an address; else those of this installation. The studies
    `without` are left out; a version that is `locked` must be what it was. `refuse` raises where the studies, sound in
    themselves, do not fit what is stored.
    """
    refuse_unsound(settings.surveys, without, locked)
    refuse(settings)
    config_file = settings.site / "mkdocs.yml"
    if not config_file.exists():
        raise SiteNotBuilt(f"there is no {config_file}: run boucle where site/ is, or say `boucle --site FOLDER`")
    folder = settings.home.resolve() / "sites" / uuid4().hex
    folder.parent.mkdir(parents=True, exist_ok=True)
    _run_mkdocs(config_file, folder, strict, {
        "surveys": str(settings.surveys.resolve()),
        "demonstration": settings.demonstration,
        "without": sorted(without),
        "today": str(today),
        "published": data or str(settings.published_folder.resolve()),
    })  # fmt: skip
    keep_accepted(settings)
    change_over(settings.built_folder, folder)
    return BuiltSite(folder, sum(1 for _ in folder.rglob("*.html")))


def refuse_unsound(surveys: Path, without: Set[str] = frozenset(), locked: Sequence[LockedVersion] = ()) -> None:
    """A mistake in a questionnaire is met by its author, here, and never by a respondent. Raises SiteNotBuilt.

    A version that no wave opens may have mistakes: it is left out of the site, and a warning says so.
    """
    if not surveys.is_dir():
        raise SiteNotBuilt(f"{surveys} cannot be used: no such folder")
    studies = [file.parent for file in sorted(surveys.glob("*/study.json")) if file.parent.name not in without]
    blocking = find_blocking(studies if without else [surveys], locked)
    if blocking.issues:
        raise SiteNotBuilt(f"{surveys} cannot be used: {blocking}")
    for draft in blocking.drafts:
        log.warning("%s has errors, and is left out: no wave opens it. See: boucle lint %s", draft, draft)
    for issue in blocking.report.issues:
        if issue.rule in LEFT_OUT_RULES:
            log.warning("%s:%d: %s %s", issue.file, issue.line, issue.message, issue.remedy)
    for folder in blocking.report.sound:
        keep_origins(folder)


def _run_mkdocs(config_file: Path, folder: Path, strict: bool, options: dict[str, object]) -> None:
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    try:
        config = load_config(str(config_file), site_dir=str(folder), strict=strict)
        plugin = config.plugins.get("boucle")
        if not isinstance(plugin, BouclePlugin):
            raise SiteNotBuilt(f"{config_file} does not use Boucle: add `plugins: [boucle]` to it")
        plugin.config.update(options)
        build(config)
        plugin.check_built(folder)
    except MkDocsException as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise SiteNotBuilt(f"{config_file}: {error}") from error


def keep_accepted(settings: Settings) -> None:
    """Keep a copy of the studies that a site is built of; recordings are in the site."""
    folder = settings.home.resolve() / "accepted" / uuid4().hex
    for file in (*settings.surveys.rglob("*.json"), settings.surveys / LOCK_FILE):
        if file.is_file():
            copy = folder / file.relative_to(settings.surveys)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
    change_over(settings.accepted_folder, folder)


def change_over(link: Path, folder: Path) -> None:
    """Point the link at the new folder in one step, and remove the folder it pointed at before."""
    before = link.resolve() if link.is_symlink() else None
    beside = link.with_name(f"{link.name}.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(folder)
    beside.replace(link)
    if before is not None and before != folder:
        shutil.rmtree(before, ignore_errors=True)
