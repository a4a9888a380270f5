"""Starting: a first study, with a page that explains each part of it, and a first site around one's studies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from boucle.authoring.differences import name_next_version
from boucle.authoring.writing import as_file
from boucle.core.errors import BoucleError
from boucle.core.study.model import Study
from boucle.core.versions.causes import Bump
from boucle.languages.catalogues import in_language, translator_for
from boucle.pages.common import addresses

NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")

VERSION = re.compile(r'("version"\s*:\s*)"([0-9]+\.[0-9]+\.[0-9]+)"')

FIRST_WAVE_LENGTH = timedelta(days=364)

POPULATION = 5000


class NotStarted(BoucleError):
    """What was asked for cannot be written there."""


def start_study(surveys: Path, name: str, today: date) -> list[Path]:
    """Write a first study, open from today; the files written. Raises NotStarted."""
    if not NAME.fullmatch(name):
        raise NotStarted(f'"{name}" cannot stand in an address: use lower-case letters, digits and dashes.')
    folder = surveys / name
    if folder.exists():
        raise NotStarted(f"There is something in {folder} already: choose another name.")
    contents = {
        folder / "study.json": as_file(_make_study(name, today)),
        folder / "usagers" / "1.0.0.json": as_file(json.loads(_read_template("questionnaire.json"))),
        folder / "README.md": _read_template("README.md").replace("{name}", name),
    }
    return _write(contents)


def start_version(file: Path, bump: str) -> Path:
    """Copy a version's file under its next version, the rest as it was written; the new file. Raises NotStarted."""
    text = file.read_bytes().decode()
    match VERSION.findall(text):
        case [(key, version)] if version == file.stem:
            new = file.with_name(f"{name_next_version(version, Bump[bump.upper()])}.json")
        case _:
            raise NotStarted(f'{file} is no version of a questionnaire: its "version" is not the name of the file.')
    if new.exists():
        raise NotStarted(f"{new} is there already: change that, or say another --bump.")
    new.write_bytes(text.replace(f'{key}"{version}"', f'{key}"{new.stem}"').encode())
    return new


def start_site(site: Path, studies: Mapping[str, Study]) -> list[Path]:
    """Write a first site: its mkdocs.yml, and a home page in each language of the studies. Raises NotStarted."""
    if not studies:
        raise NotStarted("There is no study yet: start one with `boucle new study my-study`.")
    if site.exists() and any(site.iterdir()):
        raise NotStarted(f"There is something in {site} already: name an empty folder with `boucle --site FOLDER`.")
    first, *others = dict.fromkeys(language for study in studies.values() for language in study.languages)
    homes = {
        site / "pages" / "index.md": first,
        **{site / "pages" / language / "index.md": language for language in others},
    }
    shown = list(studies.values())
    title = json.dumps(in_language(shown[0].title, first), ensure_ascii=False)
    settings = _read_template("mkdocs.yml").replace("{title}", title)
    return _write(
        {site / "mkdocs.yml": settings, **{file: _build_home_page(shown, language) for file, language in homes.items()}}
    )


def _build_home_page(studies: Sequence[Study], language: str) -> str:
    """A page to put one's own words in: it leads to every form and to the results."""
    return "\n".join(line for study in studies if language in study.languages for line in _present(study, language))


def _present(study: Study, language: str) -> Iterator[str]:
    yield f"# {in_language(study.title, language)}\n"
    yield f"{in_language(study.description, language)}\n"
    for questionnaire in study.questionnaires:
        if language in questionnaire.languages:
            form = addresses.form(study, questionnaire.id, language)
            yield f"- [{in_language(questionnaire.title, language)}]({form})"
    translate = translator_for(language)
    yield f"- [{translate('Read the results')}]({addresses.results(study, language)})"
    yield f"- [{translate('Your privacy')}]({addresses.privacy(study, language)})\n"


def _write(contents: Mapping[Path, str]) -> list[Path]:
    for file, content in contents.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return list(contents)


def _make_study(name: str, today: date) -> dict[str, Any]:
    study: dict[str, Any] = json.loads(_read_template("study.json"))
    wave = {
        "id": str(today.year),
        "opens": today.isoformat(),
        "closes": (today + FIRST_WAVE_LENGTH).isoformat(),
        "grace_days": 7,
        "questionnaires": {"usagers": [{"version": "1.0.0", "from": today.isoformat()}]},
        "population": {"usagers": POPULATION},
    }
    return study | {"id": name, "waves": [wave]}


def _read_template(name: str) -> str:
    return (files("boucle.authoring") / "first" / name).read_text(encoding="utf-8")
