"""Starting: a first study that lints and builds, with a page that explains each part of it."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from boucle.authoring.writing import as_file
from boucle.core.errors import Refusal

NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")

LASTS = timedelta(days=364)

POPULATION = 5000


class NotStarted(Refusal):
    """A study of that name cannot be written there."""


def start_study(surveys: Path, name: str, today: date) -> list[Path]:
    """Write a first study, open from today; the files written. Raises NotStarted."""
    if not NAME.fullmatch(name):
        raise NotStarted(f'"{name}" cannot stand in an address: use lower-case letters, digits and dashes.')
    folder = surveys / name
    if folder.exists():
        raise NotStarted(f"There is something in {folder} already: choose another name.")
    contents = {
        folder / "study.json": as_file(_study(name, today)),
        folder / "usagers" / "1.0.0.json": as_file(json.loads(_template("questionnaire.json"))),
        folder / "README.md": _template("README.md").replace("{name}", name),
    }
    for file, content in contents.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return list(contents)


def _study(name: str, today: date) -> dict[str, Any]:
    study: dict[str, Any] = json.loads(_template("study.json"))
    wave = {
        "id": str(today.year),
        "opens": today.isoformat(),
        "closes": (today + LASTS).isoformat(),
        "grace_days": 7,
        "questionnaires": {"usagers": [{"version": "1.0.0", "from": today.isoformat()}]},
        "population": {"usagers": POPULATION},
    }
    return study | {"id": name, "waves": [wave]}


def _template(name: str) -> str:
    return (files("boucle.authoring") / "first" / name).read_text(encoding="utf-8")
