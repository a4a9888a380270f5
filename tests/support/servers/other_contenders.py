"""Others in the benchmark of submissions, as PyPI has them; only the benchmark installs them."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from support.servers.closed_loop import encode_post
from support.servers.contenders import (
    PEERS,
    QUESTIONNAIRE,
    STUDY,
    Contender,
    invent_people,
    query_rows,
    read_shared_surveys,
)

PACKAGES = {
    "floor": ("flask>=3.1,<4", "gunicorn>=23"),
    "datasette": ("datasette>=1.0a19",),
    "django-survey-and-report": ("django-survey-and-report>=1.5", "django>=5.1,<6", "django-bootstrap-form>=3.4"),
}
"""What each needs; the floor's serve others too."""


class Datasette(Contender):
    """Its insert API: one row of JSON, nothing checked but that the table has the columns."""

    name = "datasette"

    def command(self) -> Sequence[str | Path]:
        database = sqlite3.connect(self.folder / "data.db")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE answers (id TEXT PRIMARY KEY, body TEXT NOT NULL)")
        database.close()
        config = self.folder / "datasette.json"
        config.write_text(json.dumps({"databases": {"data": {"permissions": {"insert-row": True}}}}))
        return [self.python.with_name("datasette"), "data.db", "-c", config, "--port", str(self.port), "--setting", "max_post_body_bytes", "65536"]  # fmt: skip  # noqa: E501

    def requests(self) -> Iterator[bytes]:
        people, chance = invent_people(), Random(1)
        while True:
            body = json.dumps(chance.choice(people).answers)
            row = json.dumps({"row": {"id": str(uuid4()), "body": body}}).encode()
            yield encode_post("/data/answers/-/insert", row)

    def count_lost(self) -> int:
        [(stored,)] = query_rows(self.folder / "data.db", "SELECT count(*) FROM answers")
        return self.acknowledged - int(stored)


class DjangoSurvey(Contender):
    """Its own form of one page with the same questions, posted as a browser posts it."""

    name = "django-survey-and-report"

    def environment(self) -> dict[str, str]:
        return {"SURVEY_FILE": str(self.folder / "survey.sqlite3"), "PYTHONPATH": str(PEERS)}

    def command(self) -> Sequence[str | Path]:
        questions = self.folder / "questions.json"
        asked = read_shared_surveys()[STUDY].by_version[QUESTIONNAIRE, "1.0.0"].questions
        questions.write_text(
            json.dumps([{"id": q.id, "type": q.type, "values": list(getattr(q, "values", ()))} for q in asked])
        )
        made = subprocess.run(
            [self.python, PEERS / "survey_app.py", questions],
            env={**os.environ, **self.environment()},
            check=True,
            capture_output=True,
        )
        self.made: dict[str, Any] = json.loads(made.stdout)
        threads = ["--threads", "16", "--keep-alive", "60", "--bind", f"127.0.0.1:{self.port}"]
        return [self.python.with_name("gunicorn"), *threads, "--chdir", PEERS, "survey_app:application"]

    def requests(self) -> Iterator[bytes]:
        names, people, chance = self.made["names"], invent_people(), Random(1)
        bodies = [
            urlencode({names[id]: answer for id, answer in person.answers.items()}, doseq=True).encode()
            for person in people
        ]
        while True:
            yield encode_post(
                f"/survey/{self.made['survey']}/", chance.choice(bodies), "application/x-www-form-urlencoded"
            )

    def count_lost(self) -> int:
        [(stored,)] = query_rows(self.folder / "survey.sqlite3", "SELECT count(*) FROM survey_response")
        return self.acknowledged - int(stored)
