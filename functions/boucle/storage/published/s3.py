"""Vault and sink in S3: conditional puts, so that nothing written once is ever written over."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import ClientError

from boucle.core.ports import AlreadyWritten
from boucle.core.study.model import Series
from boucle.storage.amazon_retries import RetryPolicy, error_code
from boucle.storage.published.addresses import check_address

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NOT_FOUND_CODES = frozenset({"NoSuchKey", "404"})
CONFLICT_CODES = frozenset({"PreconditionFailed", "412"})

CACHE_FOREVER = "public, max-age=31536000, immutable"
CACHE_ONE_MINUTE = "public, max-age=60"
NO_STORE = "no-store"
CONTENT_TYPES = {
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".atom": "application/atom+xml",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".xml": "application/xml",
    ".opus": "audio/ogg",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


class PutCondition(TypedDict, total=False):
    """What a put expects to find."""

    IfNoneMatch: str
    IfMatch: str


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """Objects of one bucket under a prefix, by name, put on conditions. CloudFront compresses them on their way."""

    client: Callable[[], S3Client]
    name: str
    prefix: str = ""
    retry_policy: RetryPolicy = field(default_factory=lambda: RetryPolicy(seconds=30))

    def read(self, name: str) -> tuple[bytes, str] | None:
        """The content and its ETag; None when there is none."""

        def get(again: bool) -> tuple[bytes, str]:
            found = self.client().get_object(Bucket=self.name, Key=self.prefix + name)
            return found["Body"].read(), found["ETag"]

        try:
            return self.retry_policy.call(get)
        except ClientError as error:
            if error_code(error) in NOT_FOUND_CODES:
                return None
            raise

    def put(self, name: str, content: bytes, condition: PutCondition, cache: str) -> bool:
        """Put where the condition holds; False when it does not."""
        return self.retry_policy.call(lambda again: self._put(name, content, condition, cache, again))

    def _put(self, name: str, content: bytes, condition: PutCondition, cache: str, again: bool) -> bool:
        try:
            self.client().put_object(
                Bucket=self.name,
                Key=self.prefix + name,
                Body=content,
                ContentType=content_type(name),
                CacheControl=cache,
                **condition,
            )
        except ClientError as error:
            if error_code(error) not in CONFLICT_CODES | NOT_FOUND_CODES:
                raise
            # Ours may be what it was beaten by: an earlier attempt whose answer was lost.
            return again and self._holds(name, content)
        return True

    def put_once(self, name: str, content: bytes, cache: str) -> None:
        """Put what never changes: the same bytes again are fine. Raises AlreadyWritten for others."""
        if not self.put(name, content, {"IfNoneMatch": "*"}, cache) and not self._holds(name, content):
            raise AlreadyWritten(f"s3://{self.name}/{self.prefix}{name} holds other bytes; nothing was changed")

    def list_names(self) -> list[str]:
        """Every name under the prefix, in S3's order."""
        return self.retry_policy.call(lambda again: list(self._iterate_names()))

    def _iterate_names(self) -> Iterator[str]:
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=self.prefix)
        for page in pages:
            for item in page.get("Contents", []):
                yield item["Key"].removeprefix(self.prefix)

    def _holds(self, name: str, content: bytes) -> bool:
        found = self.read(name)
        return found is not None and found[0] == content


@dataclass(frozen=True, slots=True)
class S3Vault:
    """A private, write-once copy of ledger entries; a `Vault`. The bucket's own lock keeps it from being deleted."""

    bucket: Bucket

    def keep(self, series: Series, number: int, entry: bytes) -> None:
        self.bucket.put_once(f"{series}/{number}.json", entry, NO_STORE)

    def read_copies(self, series: Series) -> Sequence[bytes]:
        copies = replace(self.bucket, prefix=f"{self.bucket.prefix}{series}/")
        # By number: as text, cohort 10 would come before cohort 2.
        names = sorted(copies.list_names(), key=lambda name: int(PurePosixPath(name).stem))
        return [found[0] for name in names if (found := copies.read(name)) is not None]


@dataclass(frozen=True, slots=True)
class S3Sink:
    """Published files in the bucket behind CloudFront; a `Sink`."""

    bucket: Bucket

    def read(self, address: str) -> bytes | None:
        found = self.bucket.read(check_address(address))
        return found[0] if found else None

    def put_new(self, address: str, content: bytes) -> None:
        self.bucket.put_once(check_address(address), content, CACHE_FOREVER)

    def replace(self, address: str, content: bytes, expected: bytes | None) -> bool:
        found = self.bucket.read(check_address(address))
        if (found[0] if found else None) != expected:
            return False
        condition: PutCondition = {"IfMatch": found[1]} if found else {"IfNoneMatch": "*"}
        return self.bucket.put(address, content, condition, CACHE_ONE_MINUTE)


def content_type(name: str) -> str:
    """What a browser is told that the file is. Ours come first: the machine's own list may lack them."""
    suffix = PurePosixPath(name).suffix
    return CONTENT_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
