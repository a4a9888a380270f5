"""Starting: a first study, with a page that explains each part of it, and a first site around one's studies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from boucle.authoring.writing import as_file
from boucle.core.errors import Refusal
from boucle.core.study.model import Study
from boucle.languages.catalogues import in_language, words
from boucle.pages.common import addresses

NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")

LASTS = timedelta(days=364)

POPULATION = 5000


class NotStarted(Refusal):
    """What was asked for cannot be written there."""


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
    return _write(contents)


def start_site(site: Path, studies: Mapping[str, Study]) -> list[Path]:
    """Write a first site: its mkdocs.yml, and a home page in each language of the studies. Raises NotStarted."""
    if not studies:
        raise NotStarted("There is no study yet: start one with `boucle new study my-study`.")
    if site.exists() and any(site.iterdir()):
        raise NotStarted(f"There is something in {site} already: name an empty folder with `boucle --site FOLDER`.")
    first, *others = dict.fromkeys(language for study in studies.values() for language in study.languages)
    homes = {site / "pages" / "index.md": first, **{site / "pages" / each / "index.md": each for each in others}}
    shown = list(studies.values())
    title = json.dumps(in_language(shown[0].title, first), ensure_ascii=False)
    settings = _template("mkdocs.yml").replace("{title}", title)
    return _write({site / "mkdocs.yml": settings, **{file: _home(shown, each) for file, each in homes.items()}})


def _home(studies: Sequence[Study], language: str) -> str:
    """A page to put one's own words in: it leads to every form and to the results."""
    return "\n".join(line for study in studies if language in study.languages for line in _presented(study, language))


def _presented(study: Study, language: str) -> Iterator[str]:
    yield f"# {in_language(study.title, language)}\n"
    yield f"{in_language(study.description, language)}\n"
    for each in study.questionnaires:
        if language in each.languages:
            yield f"- [{in_language(each.title, language)}]({addresses.form(study, each.id, language)})"
    said = words(language)
    yield f"- [{said('Read the results')}]({addresses.results(study, language)})"
    yield f"- [{said('Your privacy')}]({addresses.privacy(study, language)})\n"


def _write(contents: Mapping[Path, str]) -> list[Path]:
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
