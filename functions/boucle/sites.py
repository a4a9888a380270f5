"""Builds the static site with MkDocs, beside the one being served, and changes over in one step."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from boucle.core.errors import Refusal
from boucle.pages.plugin import BouclePlugin
from boucle.settings import Settings


class SiteNotBuilt(Refusal):
    """MkDocs could not build the site."""


@dataclass(frozen=True, slots=True)
class BuiltSite:
    folder: Path
    pages: int


def build_site(settings: Settings) -> BuiltSite:
    """Build the site; what is served changes only once the whole of it is there. Raises SiteNotBuilt."""
    config_file = settings.site / "mkdocs.yml"
    if not config_file.exists():
        raise SiteNotBuilt(f"there is no {config_file}: run boucle where site/ is, or say `boucle --site FOLDER`")
    folder = settings.home.resolve() / "sites" / uuid4().hex
    folder.parent.mkdir(parents=True, exist_ok=True)
    _run_mkdocs(settings, config_file, folder)
    _change_over(settings.built_folder, folder)
    return BuiltSite(folder, sum(1 for _ in folder.rglob("*.html")))


def _run_mkdocs(settings: Settings, config_file: Path, folder: Path) -> None:
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    try:
        config = load_config(str(config_file), site_dir=str(folder))
        plugin = config.plugins.get("boucle")
        if not isinstance(plugin, BouclePlugin):
            raise SiteNotBuilt(f"{config_file} does not use Boucle: add `plugins: [boucle]` to it")
        plugin.config.update(
            surveys=str(settings.surveys.resolve()),
            data=str(settings.published_folder.resolve()),
            demonstration=settings.demonstration,
        )
        build(config)
        plugin.check_built(folder)
    except MkDocsException as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise SiteNotBuilt(f"{config_file}: {error}") from error


def _change_over(link: Path, folder: Path) -> None:
    """Point the link at the new folder in one step, and remove the folder it pointed at before."""
    before = link.resolve() if link.is_symlink() else None
    beside = link.with_name(f"{link.name}.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(folder)
    beside.replace(link)
    if before is not None and before != folder:
        shutil.rmtree(before, ignore_errors=True)
