"""Texts that wait in DynamoDB are moderated at home; what was approved and coded is published from there."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from boucle.amazon import clients
from boucle.bootstrap.aws_operator import NotDeployed, make_aws_target, publish_free_texts_on_aws
from boucle.bootstrap.moderation import open_moderation
from boucle.bootstrap.publishing import publish_to
from boucle.config.settings import Settings
from boucle.content.surveys import read_study
from boucle.core.identity.free_text import FreeTextAnswer, pad
from boucle.core.ports import NewResponse, NewText
from boucle.core.study.coding import series_of_codings
from boucle.jobs.publish import data_address, latest_address
from boucle.moderation.desk import ModeratorChoice
from boucle.moderation.keys import generate_text_key
from boucle.moderation.ports import ModerationVerdict
from boucle.moderation.sealing import make_sealer
from boucle.storage.dynamodb_store.tables import Tables, build_table_definitions
from support.amazon_benches import make_moto_bench, moto_s3
from support.builders import DEMONSTRATION, SURVEYS
from support.free_texts import CANDIDATES

pytestmark = pytest.mark.slow  # moto's CloudFormation and DynamoDB

COUNT = 30
KEY = generate_text_key()
BUCKETS = {"SiteBucket": "site", "VaultBucket": "vault"}


class SettableClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 10, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """An installation on moto's Amazon, whose buckets are there and empty."""
    bench = make_moto_bench(tmp_path)
    prefix = f"enquete-{uuid4().hex[:8]}"
    for definition in build_table_definitions(Tables.with_prefix(prefix)):
        bench.client().create_table(**definition)
    for bucket in BUCKETS.values():
        moto_s3().create_bucket(
            Bucket=f"{prefix}-{bucket}", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
        )
    monkeypatch.setattr(clients, "dynamodb", bench.client)
    monkeypatch.setattr(clients, "s3", moto_s3)
    return prefix


def read_published(name: str, address: str) -> dict[str, Any]:
    found = moto_s3().get_object(Bucket=f"{name}-site", Key=f"published/{address}")
    document: dict[str, Any] = json.loads(found["Body"].read())
    return document


def test_what_was_moderated_at_home_is_published_to_the_bucket_and_what_was_withdrawn_leaves_it(
    name: str, tmp_path: Path
) -> None:
    from boucle.storage.dynamodb_store.stores import DynamoResponseStore

    store = DynamoResponseStore(client=clients.dynamodb, tables=Tables.with_prefix(name))
    for number in range(COUNT):
        store.put(_response(number), [_text(number)])
    settings, clock = Settings(home=tmp_path / "home", surveys=SURVEYS), SettableClock()
    study = read_study(SURVEYS / DEMONSTRATION)
    settings.home.mkdir()
    with open_moderation(settings, clock, [KEY], "Ana", dynamodb=name) as moderation:
        while item := moderation.desk.next_item():
            choice = ModeratorChoice(verdict=ModerationVerdict.APPROVED, hide=item.proposed, themes=("ecoute",))
            moderation.desk.decide(item.stored.key, choice)
        assert moderation.desk.progress().decided == COUNT

    place = make_aws_target(name, {key: f"{name}-{bucket}" for key, bucket in BUCKETS.items()})
    clock.time += timedelta(days=1)
    assert list(publish_to(place, settings, clock, study)) == []
    quotes = read_published(name, data_address(CANDIDATES, "verbatims.json"))["verbatims"]
    assert len(quotes) == COUNT
    assert all("[nom]" in quote["text"] and "Benali" not in quote["text"] for quote in quotes)
    themes = series_of_codings(CANDIDATES)
    assert read_published(name, latest_address(themes))["respondents"] == COUNT
    assert len(place.vault.read_copies(themes)) == len(place.ledger.read_entries(themes)) == 1

    assert store.withdraw(DEMONSTRATION, "candidats", "key-3", ["text-3"])
    assert list(publish_to(place, settings, clock, study)) == []
    left = [quote["text"] for quote in read_published(name, data_address(CANDIDATES, "verbatims.json"))["verbatims"]]
    assert len(left) == COUNT - 1
    assert not any("texte 3." in text for text in left)


def test_a_name_that_nobody_deployed_is_said(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    settings = Settings(home=tmp_path / "home", surveys=SURVEYS)
    settings.home.mkdir()
    settings.moderation_file.touch()
    with pytest.raises(NotDeployed, match="boucle deploy"):
        publish_free_texts_on_aws(name, settings, SettableClock(), read_study(SURVEYS / DEMONSTRATION))


def _response(number: int) -> NewResponse:
    return NewResponse(
        series=CANDIDATES,
        version="1.0.0",
        key=f"key-{number}",
        window=date(2026, 3, 2),
        language="fr",
        mode="self",
        answers={},
        digest=str(number),
        expires=date(2028, 1, 1),
    )


def _text(number: int) -> NewText:
    verbatim = FreeTextAnswer(f"Madame Benali m'a aidé, texte {number}.", "fr", True)
    return NewText(
        key=f"text-{number}",
        series=CANDIDATES,
        question="message",
        payload=make_sealer(KEY.public)(pad(verbatim)),
        expires=date(2028, 1, 1),
    )
