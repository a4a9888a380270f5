"""Past answers of another tool, brought into a store in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from boucle.authoring.lint.run import read_sound
from boucle.core.identity.receipts import Keyring
from boucle.core.questionnaire.model import Date, FreeText, Number, Ranking
from boucle.core.study.model import Study
from boucle.imports.answers.bringing import ImportResult, find_target, import_rows
from boucle.imports.answers.mapping import parse_mapping
from boucle.imports.answers.table import read_table
from boucle.storage.memory import MemoryResponseStore, MemoryUsedInvitations
from boucle.submissions.submit import SubmissionService
from support import builders
from support.builders import make_multiple, make_rating, make_text, make_yes_no
from support.cohorts import DayClock

FORM = builders.make_questionnaire(
    make_yes_no("helped", required=True),
    make_rating("mark"),
    make_multiple("brakes", "bus", "language", "nothing", exclusive="nothing"),
    Ranking(id="first", label=make_text("first"), choices=builders.make_choices("a", "b", "c"), top=2),
    Number(id="months", label=make_text("months"), minimum=0, maximum=99, decimals=1, bins=(0, 12)),
    Date(id="since", label=make_text("since"), minimum="2020-01-01", maximum="2026-12-31", bins=("2020-01-01",)),
    FreeText(id="more", label=make_text("more"), max_length=50),
)
STUDY = builders.make_study(FORM)
TODAY = date(2026, 3, 2)

PLACES: Mapping[str, Any] = {
    "helped": {"column": "Helped?", "labels": {"Oui": "yes", "Non": "no", "N/A": None}},
    "mark": {"column": "Mark"},
}
HEADER = "Helped?;Mark"


def make_mapping(answers: Mapping[str, Any] = PLACES, **also: Any) -> dict[str, Any]:
    said = {"study": "etude", "questionnaire": "candidats", "version": "1.0.0", "wave": "2026"}
    return {"format": 1, **said, "language": "fr", "mode": "paper", "answers": answers, **also}


class ImportSite:
    """A store in memory, and a folder to put files in."""

    def __init__(self, folder: Path, study: Study = STUDY, today: date = TODAY) -> None:
        self.folder = folder
        self.study = study
        self.store = MemoryResponseStore()
        self.submissions = SubmissionService(
            self.store, Keyring(bytes(32)), DayClock(today), bytes, MemoryUsedInvitations()
        )

    def bring(
        self, table: str | bytes, of: dict[str, Any] | None = None, *, skip_refused: bool = False
    ) -> ImportResult:
        file, beside = self.folder / "past.csv", self.folder / "mapping.json"
        file.write_bytes(table if isinstance(table, bytes) else table.encode())
        beside.write_text(json.dumps(of or make_mapping()), encoding="utf-8")
        read = parse_mapping(read_sound(beside, "mapping"))
        target = find_target(read, {self.study.id: self.study})
        rows = read_table(file, read.columns, read.layout)
        return import_rows(rows, read, target, self.submissions, skip_refused=skip_refused)

    def list_stored(self) -> list[Mapping[str, Any]]:
        return [response.answers for response in self.store.responses.values() if response.answers is not None]

    def read_texts(self) -> list[tuple[str, str, bool]]:
        """Each stored text: its question, its words, and whether it may be quoted."""
        found = [(text.question, json.loads(text.payload.rstrip(b"\0 "))) for text in self.store.texts.values()]
        return [(question, said["text"], said["consent"]) for question, said in found]
