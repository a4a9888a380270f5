"""Releases: dated, immutable publications, a pure function of the ledger. A release's number is that of its cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from boucle.core.canonical import fingerprint, to_canonical_json
from boucle.core.privacy.ledger import Entry, count_respondents
from boucle.core.release.cells import Json, epsilon
from boucle.core.release.crosstabs import build_crosstab_documents
from boucle.core.release.questions import build_question_document
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


def build_release(chain: Sequence[Entry], previous: str | None) -> Release:
    """The release of the last entry of a verified chain; `previous` is the hash of the published file before it."""
    last = chain[-1]
    return Release(last.series, last.cohort, last.date, to_canonical_json(build_release_document(chain, previous)))


def build_releases(chain: Sequence[Entry]) -> tuple[Release, ...]:
    """Every release of a chain, oldest first, each naming the one before."""
    made: list[Release] = []
    for number in range(1, len(chain) + 1):
        made.append(build_release(chain[:number], made[-1].hash if made else None))
    return tuple(made)


def build_release_document(chain: Sequence[Entry], previous: str | None) -> Json:
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
        "respondents": count_respondents(chain),
        "cohorts": len(chain),
        "demonstration": last.demonstration,
        "mechanism": {"name": "discrete-laplace", "scale": last.mechanism.scale},
        "epsilon": epsilon(last.plan.sensitivity, last.mechanism.scale),
        "ledger": last.hash,
        "previous": previous,
        "questions": [
            build_question_document(chain, question)
            for question in last.plan.questions
            if last.plan.tables_of(question.id)
        ],
        "crosstabs": build_crosstab_documents(chain),
    }
