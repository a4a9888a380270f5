"""From the ledger to a release, which is a pure function of it. A release's number is that of its newest cohort."""

from __future__ import annotations

from boucle.core.privacy.ledger import count_respondents
from boucle.core.release.cells import epsilon
from boucle.core.release.counts import Chain
from boucle.core.release.crosstabs import publish_crosstabs
from boucle.core.release.model import NoiseMechanism, Release
from boucle.core.release.questions import publish_question

MECHANISM = "discrete-laplace"


def build_release(chain: Chain, previous: str | None) -> Release:
    """The release of the last entry of a verified chain; `previous` is the hash of the published file before it."""
    last = chain[-1]
    counted = [question for question in last.plan.questions if last.plan.tables_of(question.id)]
    return Release(
        series=last.series,
        versions=tuple(last.plan.versions),
        number=last.cohort,
        date=last.date,
        days_from=last.days_from,
        texts_each=last.plan.texts_each,
        respondents=count_respondents(chain),
        cohorts=len(chain),
        demonstration=last.demonstration,
        mechanism=NoiseMechanism(MECHANISM, last.mechanism.scale),
        epsilon=epsilon(last.plan.sensitivity, last.mechanism.scale),
        ledger=last.hash,
        previous=previous,
        questions=tuple(publish_question(chain, question) for question in counted),
        crosstabs=publish_crosstabs(chain),
    )
