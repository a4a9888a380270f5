"""Puts the built site beside what is published, and never touches that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from boucle.storage.published.s3 import CACHE_ONE_MINUTE, NO_STORE, content_type

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUILT_PREFIX = "built/"
AUDIO_PREFIX = f"{BUILT_PREFIX}_boucle/audio/"
"""A device that others use too keeps no trace of what somebody listened to."""


def upload_site(client: S3Client, bucket: str, folder: Path) -> tuple[int, int]:
    """Upload every file of the built site, then delete what the build no longer has; how many of each."""
    files = {
        f"{BUILT_PREFIX}{file.relative_to(folder).as_posix()}": file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    for key, file in files.items():
        client.put_object(
            Bucket=bucket,
            Key=key,
            Body=file.read_bytes(),
            ContentType=content_type(file.name),
            CacheControl=NO_STORE if key.startswith(AUDIO_PREFIX) else CACHE_ONE_MINUTE,
        )
    gone = sorted(_list_uploaded(client, bucket) - set(files))
    for key in gone:
        client.delete_object(Bucket=bucket, Key=key)
    return len(files), len(gone)


def _list_uploaded(client: S3Client, bucket: str) -> set[str]:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=BUILT_PREFIX)
    return {item["Key"] for page in pages for item in page.get("Contents", [])}
