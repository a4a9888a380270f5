"""Publish: the ledger's entries, the releases, and what is made of them; from the ledger only.

New files come first and are never changed: each entry, byte for byte, before the release that names its hash.
`latest.json` comes last, so that whoever follows it finds the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from boucle.core.errors import BoucleError
from boucle.core.ports import Ledger, Sink
from boucle.core.privacy.ledger import Entry, LedgerRolledBack, read_chain
from boucle.core.release.build import build_release
from boucle.core.release.document import ReleaseDocument, data_folder, entry_name, release_name
from boucle.core.release.members import UnreadableRelease
from boucle.core.release.model import Release
from boucle.core.study.model import Series, Study

ExtraFiles = Callable[[Sequence[ReleaseDocument]], Mapping[str, bytes]]
"""From all releases of a series, oldest first, the files made of them (data files, feed, pages), by address."""


LATEST = "latest.json"
"""The newest release again; written last."""


class PublicChainDiffers(BoucleError):
    """What is published was not made from this ledger."""


class Overtaken(BoucleError):
    """Another job published at the same time. Nothing is lost: the next run finds what is left to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPublication:
    """What one run published for one series."""

    series: Series
    releases: tuple[ReleaseDocument, ...]
    """All releases of the series, oldest first."""
    new: int
    """How many of them were not the latest before."""
    changed: tuple[str, ...] = ()
    """The addresses of the further files that were written."""


def data_address(series: Series, name: str) -> str:
    """Where a data file of a series stands: `{study}/data/{questionnaire}/v{major}/{wave}/{name}`."""
    return data_folder(series) + name


def build_heading(study: Study, series: Series) -> dict[str, object]:
    """How a document that stands beside the releases of a series begins."""
    return {
        "format": 1,
        "study": series.study,
        "questionnaire": series.questionnaire,
        "major": series.major,
        "wave": series.wave,
        "demonstration": study.demonstration,
    }


def encode_document(document: Mapping[str, object]) -> bytes:
    """Such a document as it is published."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def release_address(series: Series, number: int) -> str:
    """Where a release of a series stands, from the root of the site."""
    return data_address(series, release_name(number))


def entry_address(series: Series, number: int) -> str:
    """Where the entry of the ledger that a release was made from stands, from the root of the site."""
    return data_address(series, entry_name(number))


def latest_address(series: Series) -> str:
    """Where the newest release of a series stands, from the root of the site."""
    return data_address(series, LATEST)


def no_extra_files(_: Sequence[ReleaseDocument]) -> Mapping[str, bytes]:
    """Nothing but the releases."""
    return {}


def publish(
    series: Series, *, ledger: Ledger, sink: Sink, extra_files: ExtraFiles = no_extra_files
) -> SeriesPublication:
    """Publish what the ledger holds and the site does not.

    Raises LedgerRolledBack, PublicChainDiffers, Overtaken, and AlreadyWritten where an entry stands there otherwise.
    """
    chain = read_chain(series, ledger.read_entries(series))
    latest = sink.read(latest_address(series))
    _refuse_shorter_ledger(series, chain, sink, latest)
    published = _collect_releases(series, chain, sink)
    _refuse_other_latest(series, published, latest)
    for entry, document in zip(chain, published, strict=True):
        sink.put_new(entry_address(series, entry.cohort), entry.content)
        sink.put_new(release_address(series, document.release.number), document.content)
    changed = write_changed(sink, extra_files(published)) if published else ()
    return SeriesPublication(
        series=series, releases=published, new=_advance(series, published, sink, latest), changed=changed
    )


def _refuse_shorter_ledger(series: Series, chain: Sequence[Entry], sink: Sink, latest: bytes | None) -> None:
    following = sink.read(release_address(series, len(chain) + 1))
    ahead = latest is not None and _read_document(series, latest).release.number not in range(1, len(chain) + 1)
    if following is not None or ahead:
        raise LedgerRolledBack(
            f"the site has published more of {series} than the {len(chain)} cohorts of the ledger: restore the ledger "
            "from its write-once copy. Nothing was published."
        )


def _collect_releases(series: Series, chain: Sequence[Entry], sink: Sink) -> tuple[ReleaseDocument, ...]:
    """Every release: as it is published, or made from the ledger where it is not."""
    documents: list[ReleaseDocument] = []
    for entry in chain:
        previous = documents[-1].hash if documents else None
        content = sink.read(release_address(series, entry.cohort))
        if content is None:
            documents.append(ReleaseDocument.of(build_release(chain[: entry.cohort], previous)))
        else:
            documents.append(_read_document(series, content))
            _refuse_other_release(entry, documents[-1].release, previous)
    return tuple(documents)


def _refuse_other_release(entry: Entry, release: Release, previous: str | None) -> None:
    series = entry.series
    if (release.number, release.ledger, release.previous) != (entry.cohort, entry.hash, previous):
        raise PublicChainDiffers(
            f"release {entry.cohort} of {series}, as published, was not made from entry {entry.cohort} of the ledger, "
            "or does not follow the release before: find out which of the two was altered. Nothing was published."
        )


def _refuse_other_latest(series: Series, published: Sequence[ReleaseDocument], latest: bytes | None) -> None:
    if latest is not None and latest not in [document.content for document in published]:
        raise PublicChainDiffers(
            f"latest.json of {series} is none of its releases: find out who wrote it. Nothing was published."
        )


def _read_document(series: Series, content: bytes) -> ReleaseDocument:
    try:
        return ReleaseDocument.read(content)
    except UnreadableRelease as error:
        raise PublicChainDiffers(f"a published release of {series} cannot be read: restore it ({error})") from None


def write_changed(sink: Sink, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Write the files that changed; their addresses."""
    written = []
    for address, content in files.items():
        standing = sink.read(address)
        if standing != content:
            _replace(sink, address, content, standing)
            written.append(address)
    return tuple(written)


def _advance(series: Series, published: Sequence[ReleaseDocument], sink: Sink, latest: bytes | None) -> int:
    """Make the newest release the latest; how many are new."""
    if not published or published[-1].content == latest:
        return 0
    _replace(sink, latest_address(series), published[-1].content, latest)
    known = [document.content for document in published].index(latest) + 1 if latest is not None else 0
    return len(published) - known


def _replace(sink: Sink, address: str, content: bytes, expected: bytes | None) -> None:
    # Another job that publishes the same thing is no rival.
    if not sink.replace(address, content, expected) and sink.read(address) != content:
        raise Overtaken(f"{address} changed while it was being published: run the job again")
