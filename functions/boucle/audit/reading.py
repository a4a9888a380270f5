"""The public files of a site, from a folder or over the web: what anybody can fetch, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

from boucle.core.errors import BoucleError
from boucle.core.release.document import entry_name, release_name

SERIES = re.compile(r"[a-z0-9-]+/data/[a-z0-9-]+/v[0-9]+/[A-Za-z0-9_-]+/(?=$|[\"'?#a-z])")
RESULTS = re.compile(r"""href=["']([^"']*/(?:results|themes)/)["']""")
PACKAGE = "datapackage.json"
DATA_FILES = ("cells.csv", "estimates.csv", "codebook.csv")
MAX_BYTES = 20_000_000
TIMEOUT_SECONDS = 20


class NothingPublished(BoucleError):
    """There is no series of releases where the audit was told to look."""


class SiteAway(BoucleError):
    """A public address that does not answer."""


class PublicFiles(Protocol):
    """What anybody can read of a site."""

    def folders(self) -> Sequence[str]:
        """Where each series stands, from the root; each ends with a slash."""

    def read(self, address: str) -> bytes | None:
        """A public file, or None."""


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """A folder of published files, or a copy of one."""

    root: Path

    def folders(self) -> Sequence[str]:
        found = sorted(file.parent.relative_to(self.root).as_posix() for file in self.root.glob("**/latest.json"))
        return [f"{parent}/" for parent in found]

    def read(self, address: str) -> bytes | None:
        try:
            return (self.root / address).read_bytes()
        except FileNotFoundError:
            return None


@dataclass(frozen=True, slots=True)
class WebFiles:
    """A published site. Series are those that its page, and the results and themes that it links to, give data of."""

    address: str

    def folders(self) -> Sequence[str]:
        if named := SERIES.search(urlsplit(self.address).path):
            return [named.group()]
        page = self._read_page(self.address)
        results = [self._read_page(urljoin(self.address, link)) for link in sorted(set(RESULTS.findall(page)))]
        return sorted({found for html in (page, *results) for found in SERIES.findall(html)})

    def read(self, address: str) -> bytes | None:
        return self._fetch(urljoin(self.address, f"/{address}"))

    def _read_page(self, address: str) -> str:
        return (self._fetch(address) or b"").decode("utf-8", errors="replace")

    def _fetch(self, address: str) -> bytes | None:
        if urlsplit(address).scheme not in {"http", "https"}:
            raise SiteAway(f"{address} is not an address of the web: give a folder, or an address with https://")
        try:
            with urlopen(address, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  the scheme was checked above
                content: bytes = answer.read(MAX_BYTES)
                return content
        except HTTPError as error:
            if error.code in {403, 404}:
                return None
            raise SiteAway(f"{address} answers {error.code}: try again later") from error
        except (URLError, TimeoutError) as error:
            raise SiteAway(f"{address} does not answer ({error}): check the address") from error


def open_public_files(where: str) -> PublicFiles:
    """The files of an address that begins with http:// or https://, else of a folder."""
    return WebFiles(where) if where.startswith(("http://", "https://")) else FolderFiles(Path(where))


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSeries:
    """Every release of one series as it is published, oldest first, its latest.json, and the ledger's entries."""

    folder: str
    documents: tuple[bytes, ...]
    latest: bytes | None
    data_files: Mapping[str, bytes] = field(default_factory=dict)
    """The data files of the newest release, by name, as its package names them."""
    entries: tuple[bytes | None, ...] = ()
    """The entry of the ledger that each release was made from; None where it is not published."""


def read_published_series(files: PublicFiles, where: str) -> list[PublishedSeries]:
    """Every series that is published there. Raises NothingPublished or SiteAway."""
    found = [_read_series(files, folder) for folder in files.folders()]
    if not found:
        raise NothingPublished(
            f"no series of releases is published at {where}: give the folder of published files, the site's address, "
            "or that of its results page"
        )
    return found


def _read_series(files: PublicFiles, folder: str) -> PublishedSeries:
    documents: list[bytes] = []
    while (content := files.read(folder + release_name(len(documents) + 1))) is not None:
        documents.append(content)
    latest = files.read(f"{folder}latest.json")
    return PublishedSeries(
        folder=folder,
        documents=tuple(documents),
        latest=latest,
        data_files=_read_data_files(files, folder),
        entries=tuple(files.read(folder + entry_name(number)) for number in range(1, len(documents) + 1)),
    )


def _read_data_files(files: PublicFiles, folder: str) -> dict[str, bytes]:
    names = (PACKAGE, *DATA_FILES)
    return {name: content for name in names if (content := files.read(f"{folder}{name}")) is not None}
