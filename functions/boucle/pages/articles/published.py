"""What is published, as an article finds it: in a folder, or at the public address of a site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from boucle.core.errors import BoucleError
from boucle.core.release.document import data_folder, read_release
from boucle.core.release.members import UnreadableRelease
from boucle.core.release.model import Release
from boucle.core.study.model import Series
from boucle.pages.results.free_texts import VERBATIMS, PublishedFreeText, read_verbatims

ReadFile = Callable[[str], bytes | None]
"""A published file by its address from the root of the site; None where there is none."""

DOWNLOAD_TIMEOUT_SECONDS = 20
"""Seconds to wait for a site."""
MAX_DOWNLOAD_BYTES = 20_000_000


class NoPublishedData(BoucleError):
    """The data that an article quotes cannot be reached."""


def make_reader(where: str) -> ReadFile:
    """Reads published files from a folder or an https address; from nowhere when `where` is empty."""
    if not where:
        return lambda _: None
    if where.startswith(("https://", "http://")):
        return lambda address: _download(f"{where.rstrip('/')}/{address}")
    folder = Path(where)
    return lambda address: _read_file(folder / address)


def _read_file(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _download(url: str) -> bytes | None:
    try:
        with urlopen(url, timeout=DOWNLOAD_TIMEOUT_SECONDS) as answer:  # noqa: S310  `make_reader` lets http and https through only
            return bytes(answer.read(MAX_DOWNLOAD_BYTES))
    except HTTPError as error:
        error.close()
        if error.code == HTTPStatus.NOT_FOUND:
            return None
        raise NoPublishedData(f"{url} answers {error.code}: build again when it answers") from None
    except (URLError, OSError) as error:
        raise NoPublishedData(
            f"{url} cannot be reached ({error}): check the option `published` of the plugin, or --data"
        ) from None


@dataclass(frozen=True)
class PublishedData:
    """The published files, each read once."""

    read_file: ReadFile

    @cached_property
    def latest(self) -> Callable[[Series], Release | None]:
        """The newest release of a series, or None. Raises UnreadableRelease."""
        return lru_cache(maxsize=None)(self._read_latest)

    def _read_latest(self, series: Series) -> Release | None:
        content = self.read_file(f"{data_folder(series)}latest.json")
        if content is None:
            return None
        release = read_release(content)
        if release.series != series:
            raise UnreadableRelease(f"{data_folder(series)}latest.json is that of {release.series}: publish it again")
        return release

    def read_verbatims(self, series: Series) -> tuple[PublishedFreeText, ...]:
        """The texts that may be quoted. Raises UnreadableRelease."""
        return read_verbatims(series, self.read_file(f"{data_folder(series)}{VERBATIMS}"))
