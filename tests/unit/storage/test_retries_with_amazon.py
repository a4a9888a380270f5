"""What a store on AWS does when AWS is slow, full, or not ours. No time passes here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, NoCredentialsError, ReadTimeoutError

from boucle.core.ports import PutOutcome, StoreUnavailable
from boucle.storage.amazon_retries import RetryPolicy
from boucle.storage.dynamodb_store.batches import split_into_batches, write_all
from boucle.storage.dynamodb_store.ledger import DynamoLedger
from boucle.storage.dynamodb_store.stores import DynamoResponseStore
from boucle.storage.dynamodb_store.tables import Tables
from boucle.storage.published.s3 import Bucket, S3Sink
from support.submissions import SERIES, new_response, new_text

TABLES = Tables.with_prefix("test")


class Time:
    """Passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def make_policy(self) -> RetryPolicy:
        return RetryPolicy(
            seconds=5, monotonic=lambda: self.now, sleep=self.sleep, draw_pause=lambda shortest, longest: longest
        )


def make_error(code: str, operation: str = "PutItem", **also: object) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": ""}, **also}
    return ClientError(response, operation)


def make_script(*events: object) -> Callable[..., Any]:
    """A call that raises or returns each event in turn."""
    left = iter(events)

    def call(*arguments: object, **request: object) -> object:
        event = next(left)
        if isinstance(event, Exception):
            raise event
        return event

    return call


def client(**calls: Callable[..., Any]) -> Callable[[], Any]:
    return lambda: SimpleNamespace(**calls)


def test_what_is_throttled_is_tried_again_after_longer_and_longer_pauses() -> None:
    time = Time()
    assert time.make_policy().call(make_script(*[make_error("ThrottlingException")] * 3, "done")) == "done"
    assert time.pauses == [0.05, 0.1, 0.2]


@pytest.mark.parametrize(
    "passing",
    [ConnectTimeoutError(endpoint_url="x"), ReadTimeoutError(endpoint_url="x"), make_error("InternalServerError")],
    ids=repr,
)
def test_a_lost_answer_is_asked_for_again(passing: Exception) -> None:
    assert Time().make_policy().call(make_script(passing, "done")) == "done"


def test_past_the_deadline_the_store_is_away_and_says_why() -> None:
    time = Time()
    with pytest.raises(StoreUnavailable, match="within 5 s: ThrottlingException from PutItem"):
        time.make_policy().call(make_script(*[make_error("ThrottlingException")] * 100))
    assert time.now < 5


@pytest.mark.parametrize("cause", [make_error("AccessDeniedException"), NoCredentialsError()], ids=repr)
def test_what_somebody_must_repair_is_not_tried_again(cause: Exception) -> None:
    time = Time()
    with pytest.raises(StoreUnavailable, match="Check the"):
        time.make_policy().call(make_script(cause))
    assert time.pauses == []


def test_a_mistake_of_ours_is_not_hidden() -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        Time().make_policy().call(make_script(make_error("ValidationException")))


def test_an_entry_whose_answer_was_lost_counts_as_appended() -> None:
    put = make_script(
        ReadTimeoutError(endpoint_url="x"),
        make_error("ConditionalCheckFailedException", Item={"entry": {"B": b"noisy"}}),
    )
    ledger = DynamoLedger(client=client(put_item=put), tables=TABLES, retry_policy=Time().make_policy())
    assert ledger.append(SERIES, 1, b"noisy")


def test_an_entry_of_another_job_is_not_taken_for_ours_after_a_lost_answer() -> None:
    put = make_script(
        ReadTimeoutError(endpoint_url="x"),
        make_error("ConditionalCheckFailedException", Item={"entry": {"B": b"theirs"}}),
    )
    ledger = DynamoLedger(client=client(put_item=put), tables=TABLES, retry_policy=Time().make_policy())
    assert not ledger.append(SERIES, 1, b"ours")


def test_a_response_whose_text_could_not_be_stored_is_not_acknowledged() -> None:
    """The respondent's own replay then puts what is missing."""
    put = make_script({}, *[make_error("ThrottlingException")] * 100)
    store = DynamoResponseStore(
        client=client(get_item=make_script({}), put_item=put), tables=TABLES, retry_policy=Time().make_policy()
    )
    with pytest.raises(StoreUnavailable):
        store.put(new_response(), [new_text()])


def test_a_replay_that_meets_a_withdrawal_takes_its_texts_back() -> None:
    deleted: list[object] = []
    response, text = new_response(), new_text()
    stored = {"version": {"S": "1.0.0"}, "digest": {"S": response.digest}}
    store = DynamoResponseStore(
        client=client(
            get_item=make_script({}, {"Item": {"major": {"N": "1"}}}),
            put_item=make_script(make_error("ConditionalCheckFailedException", Item=stored), {}),
            delete_item=lambda **request: deleted.append(request["Key"]),
        ),
        tables=TABLES,
        retry_policy=Time().make_policy(),
    )
    assert store.put(response, [text]) is PutOutcome.WITHDRAWN
    assert deleted == [{"partition": {"S": f"parcours/candidats#{text.key}"}}]


def test_what_a_batch_leaves_over_is_sent_again_until_nothing_is_left() -> None:
    sent: list[int] = []

    def half(RequestItems: dict[str, list[object]]) -> dict[str, object]:  # noqa: N803  # botocore's own name
        [requests] = RequestItems.values()
        sent.append(len(requests))
        left = requests[len(requests) // 2 + 1 :]
        return {"UnprocessedItems": {"table": left} if left else {}}

    assert write_all(client(batch_write_item=half)(), Time().make_policy(), "table", list(range(10))) == 10
    assert sent == [10, 4, 1]


def test_batches_are_as_large_as_dynamodb_takes() -> None:
    assert [len(batch) for batch in split_into_batches(range(60))] == [25, 25, 10]
    assert list(split_into_batches(empty())) == []


def empty() -> Iterable[int]:
    return ()


def test_a_file_whose_answer_was_lost_counts_as_published() -> None:
    body = SimpleNamespace(read=lambda: b"new")
    sink = S3Sink(
        Bucket(
            client=client(
                get_object=make_script(make_error("NoSuchKey"), {"Body": body, "ETag": "x"}),
                put_object=make_script(ReadTimeoutError(endpoint_url="x"), make_error("PreconditionFailed")),
            ),
            name="bucket",
            retry_policy=Time().make_policy(),
        )
    )
    assert sink.replace("latest.json", b"new", None)


def test_published_files_say_what_they_are_and_how_long_they_last() -> None:
    puts: list[dict[str, object]] = []
    sink = S3Sink(
        Bucket(
            client=client(get_object=make_script(make_error("NoSuchKey")), put_object=lambda **put: puts.append(put)),
            name="bucket",
        )
    )
    sink.put_new("s/releases/1.json", b"{}")
    sink.replace("s/results/index.html", b"<p>", None)
    told = [(put["ContentType"], put["CacheControl"], put["IfNoneMatch"]) for put in puts]
    assert told == [
        ("application/json", "public, max-age=31536000, immutable", "*"),
        ("text/html; charset=utf-8", "public, max-age=60", "*"),
    ]
