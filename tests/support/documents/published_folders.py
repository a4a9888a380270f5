"""Folders of published files, such as a site that quotes them finds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from boucle.core.release.document import data_folder
from boucle.core.study.model import Study
from support.builders import DEMONSTRATION, SURVEYS
from support.release_samples import Shares, make_release, series_of


def publish_documents(folder: Path, *documents: bytes) -> Path:
    """Each document as the newest release of its series."""
    for document in documents:
        said = json.loads(document)
        place = folder / said["study"] / "data" / said["questionnaire"] / f"v{said['major']}" / said["wave"]
        place.mkdir(parents=True, exist_ok=True)
        (place / "latest.json").write_bytes(document)
    return folder


def publish_demonstration(folder: Path, study: Study) -> Path:
    """The demonstration's results, with the very shares that its respondents are invented from."""
    sizes = {"candidats": 669, "professionnels": 367}
    return publish_documents(
        folder,
        *(
            make_release(study, questionnaire, size, _invent_shares(questionnaire), number=5)
            for questionnaire, size in sizes.items()
        ),
    )


def verbatims_file(folder: Path, study: Study, questionnaire: str) -> Path:
    return folder / data_folder(series_of(study, questionnaire)) / "verbatims.json"


def _invent_shares(questionnaire: str) -> Mapping[str, Shares]:
    profile = json.loads((SURVEYS / DEMONSTRATION / "demonstration.json").read_bytes())
    margins: dict[str, dict[str, int]] = profile["audiences"][questionnaire]["margins"]
    return {
        question: {int(value) if value.isdecimal() else value: share for value, share in shares.items()}
        for question, shares in margins.items()
    }
