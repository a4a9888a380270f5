"""The built site is put beside what is published; what a build no longer has is deleted, and nothing else."""

from __future__ import annotations

from pathlib import Path

from boucle.deployment.upload import upload_site
from support.amazon_benches import make_bucket, moto_s3


def test_a_site_is_uploaded_and_follows_the_build(tmp_path: Path) -> None:
    bucket = make_bucket().name
    moto_s3().put_object(Bucket=bucket, Key="published/data.json", Body=b"{}")
    for name in ("index.html", "old/index.html", "_boucle/audio/note.opus"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, "utf-8")
    assert upload_site(moto_s3(), bucket, tmp_path) == (3, 0)
    (tmp_path / "old" / "index.html").unlink()
    assert upload_site(moto_s3(), bucket, tmp_path) == (2, 1)
    keys = {item["Key"] for item in moto_s3().list_objects_v2(Bucket=bucket)["Contents"]}
    assert keys == {"published/data.json", "built/index.html", "built/_boucle/audio/note.opus"}


def test_what_is_listened_to_is_never_kept_by_a_device(tmp_path: Path) -> None:
    bucket = make_bucket().name
    (tmp_path / "_boucle" / "audio").mkdir(parents=True)
    (tmp_path / "_boucle" / "audio" / "note.opus").write_bytes(b"OggS")
    (tmp_path / "index.html").write_text("<!doctype html>", "utf-8")
    upload_site(moto_s3(), bucket, tmp_path)
    kept = {
        key: moto_s3().head_object(Bucket=bucket, Key=f"built/{key}")["CacheControl"]
        for key in ("index.html", "_boucle/audio/note.opus")
    }
    assert "no-store" in kept["_boucle/audio/note.opus"]
    assert "no-store" not in kept["index.html"]
