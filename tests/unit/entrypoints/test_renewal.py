"""A server whose files change under it: what was answered stays what it was, in the form and in the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from boucle.bootstrap.local import Installation, open_installation, read_refused_studies
from boucle.config.clocks import SimulatedClock
from boucle.config.settings import Settings
from boucle.core.versions.lock import EditedAfterPublication
from boucle.entrypoints.server.run import Renewal
from boucle.site_build.build import build_site
from boucle.site_build.rebuild import rebuild
from support.builders import DEMONSTRATION, SURVEYS

DAY = date(2026, 11, 25)
ASKED, EDITED = "ou une professionnelle vous accompagne", "ou une voisine vous accompagne"
ANSWERS = {"accompagne": "no", "entreprise_insertion": "yes", "connait_iae": "no"}
ADDRESS = f"/api/responses/{DEMONSTRATION}/candidats/1.0.0"


class Frontend:
    """Answers with what it was given last."""

    application: Callable[..., Any]

    def renew(self, application: Callable[..., Any], fast_path: object) -> None:
        self.application = application

    def answer(self) -> int:
        client = Flask("front")
        client.wsgi_app = self.application  # type: ignore[method-assign]  # as Flask's documentation has it
        body = {"id": str(uuid4()), "language": "fr", "mode": "self", "answers": ANSWERS}
        return client.test_client().post(ADDRESS, json=body).status_code


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for file in (SURVEYS / DEMONSTRATION).rglob("*.json"):
        copy = tmp_path / "surveys" / file.relative_to(SURVEYS)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    pages = tmp_path / "site" / "pages"
    pages.mkdir(parents=True)
    (pages / "index.md").write_text("# Accueil\n", encoding="utf-8")
    (tmp_path / "site" / "mkdocs.yml").write_text(
        "site_name: S\ntheme: {name: boucle}\ndocs_dir: pages\nplugins: [boucle]\nnav: [index.md]\n", encoding="utf-8"
    )
    settings = Settings(home=tmp_path / "home", surveys=tmp_path / "surveys", site=tmp_path / "site")
    settings.home.mkdir()
    SimulatedClock.start(settings.clock_file, DAY)
    build_site(settings, DAY)
    return settings


@pytest.fixture
def installation(settings: Settings) -> Iterator[Installation]:
    with closing(open_installation(settings)) as opened:
        yield opened


@pytest.fixture
def frontend(installation: Installation) -> Frontend:
    front = Frontend()
    app = installation.make_application()
    front.renew(app.wsgi_app, app.fast_path)
    return front


def edit(settings: Settings) -> Path:
    file = settings.surveys / DEMONSTRATION / "candidats" / "1.0.0.json"
    file.write_text(file.read_text(encoding="utf-8").replace(ASKED, EDITED), encoding="utf-8")
    return file


def see(settings: Settings) -> str:
    return (settings.built_folder / DEMONSTRATION / "candidats" / "index.html").read_text(encoding="utf-8")


def test_what_nobody_has_answered_changes(settings: Settings, installation: Installation, frontend: Frontend) -> None:
    rebuild(settings, DAY, {edit(settings)}, read_refused_studies(settings))
    Renewal(frontend, installation).run()  # type: ignore[arg-type]  # all that it asks of a front
    assert EDITED in see(settings)
    assert frontend.answer() == 201
    [lock] = installation.store.read_locked_versions()
    assert lock.file_hash != installation.studies[DEMONSTRATION].by_version["candidats", "1.0.0"].file_hash


def test_an_edit_after_the_first_answer_is_not_built(
    settings: Settings, installation: Installation, frontend: Frontend
) -> None:
    assert frontend.answer() == 201
    with pytest.raises(EditedAfterPublication, match="boucle new version"):
        rebuild(settings, DAY, {edit(settings)}, read_refused_studies(settings))
    with pytest.raises(EditedAfterPublication):
        rebuild(settings, DAY, {settings.site / "pages" / "index.md"}, read_refused_studies(settings))
    assert EDITED not in see(settings)


def test_whoever_answers_while_the_site_changes_over_keeps_the_form_that_they_saw(
    settings: Settings, installation: Installation, frontend: Frontend
) -> None:
    renewal = Renewal(frontend, installation)  # type: ignore[arg-type]  # all that it asks of a front
    rebuild(settings, DAY, {edit(settings)}, read_refused_studies(settings))
    assert EDITED in see(settings)
    assert frontend.answer() == 201  # to the form of before, which this process still takes
    before = see(settings)
    for _ in range(2):
        renewal.run()
        assert ASKED in see(settings)
        assert frontend.answer() == 201
    assert before != see(settings)
    [lock] = installation.store.read_locked_versions()
    assert lock.file_hash == installation.studies[DEMONSTRATION].by_version["candidats", "1.0.0"].file_hash
    assert set(read_refused_studies(settings)) == {DEMONSTRATION}


def test_an_answer_to_a_file_that_another_process_has_locked_is_told_to_come_back(
    settings: Settings, frontend: Frontend
) -> None:
    edit(settings)
    with closing(open_installation(settings)) as other:
        late = Frontend()
        app = other.make_application()
        late.renew(app.wsgi_app, app.fast_path)
        assert frontend.answer() == 201
        assert late.answer() == 503
        assert set(other.read_again().refused) == {DEMONSTRATION}
