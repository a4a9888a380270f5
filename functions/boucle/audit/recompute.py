"""Makes every release again from the public ledger: who altered a figure would have to alter the entry it names too."""

from __future__ import annotations

from collections.abc import Iterator

from boucle.audit.reading import PublishedSeries
from boucle.core.canonical import fingerprint
from boucle.core.privacy.ledger import LedgerBroken, read_chain
from boucle.core.release.build import build_release
from boucle.core.release.document import read_release, write_release


def find_recomputed_differences(series: PublishedSeries) -> Iterator[str]:
    """What the public entries do not yield; nothing where none is published. The releases fit their schema."""
    entries = [entry for entry in series.entries if entry is not None]
    if not entries:
        return
    if len(entries) < len(series.documents):
        lacking = [number for number, entry in enumerate(series.entries, start=1) if entry is None]
        yield f"the public ledger lacks entry {', '.join(map(str, lacking))}, from which releases were made"
        return
    try:
        chain = read_chain(read_release(series.documents[0]).series, entries)
    except LedgerBroken as error:
        yield f"the public ledger does not hold together: {error}"
        return
    previous = None
    for number, document in enumerate(series.documents, start=1):
        if write_release(build_release(chain[:number], previous)) != document:
            yield f"release {number} is not what its entry of the public ledger yields: one of the two was altered"
        previous = fingerprint(document)
