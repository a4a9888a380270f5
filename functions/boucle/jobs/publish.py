"""Publish: releases and what is made of them, from the ledger only.

New files come first and are never changed; `latest.json` comes last, so that whoever follows it finds the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from boucle.core.canonical import fingerprint
from boucle.core.errors import BoucleError
from boucle.core.ports import Ledger, Sink
from boucle.core.privacy.ledger import Entry, LedgerRolledBack, read_chain
from boucle.core.release.document import Release, build_release
from boucle.core.study.model import Series

ExtraFiles = Callable[[Sequence[Release]], Mapping[str, bytes]]
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
    releases: tuple[Release, ...]
    """All releases of the series, oldest first."""
    new: int
    """How many of them were not the latest before."""
    changed: tuple[str, ...] = ()
    """The addresses of the further files that were written."""


def data_address(series: Series, name: str) -> str:
    """Where a data file of a series stands: `{study}/data/{questionnaire}/v{major}/{wave}/{name}`."""
    return f"{series.study}/data/{series.questionnaire}/v{series.major}/{series.wave}/{name}"


def build_heading(series: Series, demonstration: bool) -> dict[str, object]:
    """How a document that stands beside the releases of a series begins."""
    return {
        "format": 1,
        "study": series.study,
        "questionnaire": series.questionnaire,
        "major": series.major,
        "wave": series.wave,
        "demonstration": demonstration,
    }


def encode_document(document: Mapping[str, object]) -> bytes:
    """Such a document as it is published."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def release_address(series: Series, number: int) -> str:
    return data_address(series, f"releases/{number}.json")


def latest_address(series: Series) -> str:
    return data_address(series, LATEST)


def no_extra_files(_: Sequence[Release]) -> Mapping[str, bytes]:
    return {}


def publish(
    series: Series, *, ledger: Ledger, sink: Sink, extra_files: ExtraFiles = no_extra_files
) -> SeriesPublication:
    """Publish what the ledger holds and the site does not. Raises LedgerRolledBack, PublicChainDiffers, Overtaken."""
    chain = read_chain(series, ledger.read_entries(series))
    latest = sink.read(latest_address(series))
    _refuse_shorter_ledger(series, chain, sink, latest)
    published = _collect_releases(series, chain, sink)
    _refuse_other_latest(series, published, latest)
    for release in published:
        sink.put_new(release_address(series, release.number), release.content)
    changed = write_changed(sink, extra_files(published)) if published else ()
    return SeriesPublication(
        series=series, releases=published, new=_advance(series, published, sink, latest), changed=changed
    )


def _refuse_shorter_ledger(series: Series, chain: Sequence[Entry], sink: Sink, latest: bytes | None) -> None:
    following = sink.read(release_address(series, len(chain) + 1))
    ahead = latest is not None and _read_member(series, latest, "release") not in range(1, len(chain) + 1)
    if following is not None or ahead:
        raise LedgerRolledBack(
            f"the site has published more of {series} than the {len(chain)} cohorts of the ledger: restore the ledger "
            "from its write-once copy. Nothing was published."
        )


def _collect_releases(series: Series, chain: Sequence[Entry], sink: Sink) -> tuple[Release, ...]:
    """Every release: as it is published, or made from the ledger where it is not."""
    releases: list[Release] = []
    for entry in chain:
        previous = releases[-1].hash if releases else None
        content = sink.read(release_address(series, entry.cohort))
        if content is None:
            releases.append(build_release(chain[: entry.cohort], previous))
        else:
            _refuse_other_release(series, entry, content, previous)
            releases.append(Release(series, entry.cohort, entry.date, content))
    return tuple(releases)


def _refuse_other_release(series: Series, entry: Entry, content: bytes, previous: str | None) -> None:
    said = [_read_member(series, content, name) for name in ("release", "ledger", "previous")]
    if said != [entry.cohort, entry.hash, previous]:
        raise PublicChainDiffers(
            f"release {entry.cohort} of {series}, as published, was not made from entry {entry.cohort} of the ledger, "
            "or does not follow the release before: find out which of the two was altered. Nothing was published."
        )


def _refuse_other_latest(series: Series, releases: Sequence[Release], latest: bytes | None) -> None:
    if latest is not None and latest not in [release.content for release in releases]:
        raise PublicChainDiffers(
            f"latest.json of {series} is none of its releases: find out who wrote it. Nothing was published."
        )


def _read_member(series: Series, content: bytes, name: str) -> object:
    try:
        return json.loads(content)[name]
    except (ValueError, TypeError, KeyError):
        raise PublicChainDiffers(f"a published release of {series} cannot be read: restore it") from None


def write_changed(sink: Sink, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Write the files that changed; their addresses."""
    written = []
    for address, content in files.items():
        standing = sink.read(address)
        if standing != content:
            _replace(sink, address, content, standing)
            written.append(address)
    return tuple(written)


def _advance(series: Series, releases: Sequence[Release], sink: Sink, latest: bytes | None) -> int:
    """Make the newest release the latest; how many are new."""
    if not releases or releases[-1].content == latest:
        return 0
    _replace(sink, latest_address(series), releases[-1].content, latest)
    known = [release.hash for release in releases].index(fingerprint(latest)) + 1 if latest is not None else 0
    return len(releases) - known


def _replace(sink: Sink, address: str, content: bytes, expected: bytes | None) -> None:
    # Another job that publishes the same thing is no rival.
    if not sink.replace(address, content, expected) and sink.read(address) != content:
        raise Overtaken(f"{address} changed while it was being published: run the job again")
