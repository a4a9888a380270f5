"""Releases: dated, immutable publications, a pure function of the ledger. A release's number is that of its cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from boucle.core.canonical import canonical, fingerprint
from boucle.core.privacy.ledger import Entry, respondents
from boucle.core.release.cells import Json, epsilon
from boucle.core.release.crosstabs import crosstab_documents
from boucle.core.release.questions import question_document
from boucle.core.study.model import Series

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Release:
    """A release document as it is published, byte for byte."""

    series: Series
    number: int
    date: date
    content: bytes

    @property
    def hash(self) -> str:
        return fingerprint(self.content)


def release(chain: Sequence[Entry], previous: str | None) -> Release:
    """The release of the last entry of a verified chain; `previous` is the hash of the published file before it."""
    last = chain[-1]
    return Release(last.series, last.cohort, last.date, canonical(release_document(chain, previous)))


def releases(chain: Sequence[Entry]) -> tuple[Release, ...]:
    """Every release of a chain, oldest first, each naming the one before."""
    made: list[Release] = []
    for number in range(1, len(chain) + 1):
        made.append(release(chain[:number], made[-1].hash if made else None))
    return tuple(made)


def release_document(chain: Sequence[Entry], previous: str | None) -> Json:
    """What is published when the last entry of this chain has been sealed."""
    last = chain[-1]
    return {
        "format": FORMAT,
        "study": last.series.study,
        "questionnaire": last.series.questionnaire,
        "major": last.series.major,
        "versions": list(last.plan.versions),
        "wave": last.series.wave,
        "release": last.cohort,
        "date": last.date.isoformat(),
        **({} if last.plan.texts_each is None else {"texts_each": last.plan.texts_each}),
        "respondents": respondents(chain),
        "cohorts": len(chain),
        "demonstration": last.demonstration,
        "mechanism": {"name": "discrete-laplace", "scale": last.mechanism.scale},
        "epsilon": epsilon(last.plan.sensitivity, last.mechanism.scale),
        "ledger": last.hash,
        "previous": previous,
        "questions": [question_document(chain, each) for each in last.plan.questions if last.plan.tables_of(each.id)],
        "crosstabs": crosstab_documents(chain),
    }
