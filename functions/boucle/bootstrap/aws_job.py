"""The composition root of the job on AWS: the same job, over DynamoDB and S3. Apart, for the web starts without it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta

from boucle.amazon import clients
from boucle.amazon.settings import AwsSettings
from boucle.config.clocks import SystemClock
from boucle.content.locked import find_refused_studies
from boucle.content.surveys import Studies, read_surveys
from boucle.core.ports import Ledger
from boucle.core.privacy.ledger import read_chain
from boucle.core.study.model import Study
from boucle.jobs.scheduled import Job, JobReport
from boucle.jobs.strays import find_strays
from boucle.pages.common import shells
from boucle.pages.forms.renderer import PageRenderer
from boucle.storage.dynamodb_store.ledger import DynamoLedger
from boucle.storage.dynamodb_store.sealing import DynamoSealingStore
from boucle.storage.published.s3 import Bucket, S3Sink, S3Vault

PUBLISHED = "published/"
"""Laid over `built/` by the distribution; a deployment never touches it."""
EXPIRY_LOOKBACK = timedelta(days=30)
"""After a wave's expiry, what DynamoDB did not delete by itself is looked for that long."""


def run_job(environment: Mapping[str, str]) -> tuple[JobReport, int]:
    """Run the job once; its report, and the days since an open series last had a release."""
    settings = AwsSettings.from_environment(environment)
    store = DynamoSealingStore(
        client=clients.dynamodb, tables=settings.tables, may_expire=lambda today: may_expire(studies, today)
    )
    refused = find_refused_studies(settings.surveys, store.read_locked_versions())
    studies = read_surveys(settings.surveys, refused.keys())
    ledger = DynamoLedger(client=clients.dynamodb, tables=settings.tables)
    job = Job(
        studies=studies,
        store=store,
        ledger=ledger,
        vault=S3Vault(Bucket(client=clients.s3, name=settings.vault)),
        sink=S3Sink(Bucket(client=clients.s3, name=settings.bucket, prefix=PUBLISHED)),
        clock=SystemClock(),
        bits=secrets.randbits,
        renderer=PageRenderer(shells.shells_of(settings.shells)),
        find_strays=lambda: map(str, find_strays(studies, store, ledger, refused.keys())),
        refused=tuple(refused.values()),
    )
    return job.run(), count_days_since_release(studies, ledger, SystemClock().now().date())


def may_expire(studies: Studies, today: date) -> bool:
    """Whether a wave's answers have reached their expiry lately."""
    expiries = (study.expiry(wave) for study in studies.values() for wave in study.waves)
    return any(timedelta(0) <= today - expiry <= EXPIRY_LOOKBACK for expiry in expiries)


def count_days_since_release(studies: Studies, ledger: Ledger, today: date) -> int:
    """The most days that an open study has gone without a release of any of its series; 0 when none is open."""
    return max(
        (min(days) for study in studies.values() if (days := _count_days_without_release(study, ledger, today))),
        default=0,
    )


def _count_days_without_release(study: Study, ledger: Ledger, today: date) -> list[int]:
    """For each open series that is published as answers come in: the days since its last release, or its opening."""
    days = []
    for series in study.series:
        wave = study.waves_by_id[series.wave]
        if study.mechanism.mode == "live" and wave.opens <= today <= wave.last_day:
            chain = read_chain(series, ledger.read_entries(series))
            days.append((today - (chain[-1].date if chain else wave.opens)).days)
    return days
