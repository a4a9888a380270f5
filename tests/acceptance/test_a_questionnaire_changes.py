"""Sixty questions of every type, answered and published, then changed in a patch, a minor and a major way."""

from __future__ import annotations

import json
import re
from contextlib import closing
from copy import deepcopy
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from boucle.authoring.lint.issues import Severity
from boucle.authoring.lint.run import lint
from boucle.authoring.writing import as_file
from boucle.bootstrap.local import open_installation
from boucle.config.clocks import SimulatedClock
from boucle.config.settings import Settings
from boucle.core.questionnaire.parse import parse_questionnaire
from boucle.core.strictjson import JsonObject
from boucle.core.versions.compare import compare
from boucle.demonstration.population import Audience, Profile
from boucle.demonstration.respondents import invent_respondents
from boucle.site_build.build import build_site
from support.sixty import make_sixty_questions

pytestmark = pytest.mark.slow

OPENS = date(2026, 3, 2)
STARTS = {"1.0.0": OPENS, "1.0.1": date(2026, 3, 3), "1.1.0": date(2026, 3, 4), "2.0.0": date(2026, 3, 5)}
MKDOCS = "site_name: Vie\ndocs_dir: pages\nsite_dir: ../built\ntheme: boucle\nplugins: [boucle]\n"
A_DAY = 130
"""Respondents a day: enough for every gate of four days."""


def correct(source: JsonObject) -> JsonObject:
    """A patch: a full stop in the title."""
    source["title"]["fr"] += "."
    return source


def widen(source: JsonObject) -> JsonObject:
    """A minor version: one more question, which may be passed."""
    said = {"fr": "Venez-vous seul ?", "en": "Do you come alone?", "ar": "هل تأتي وحدك؟"}
    source["sections"][0]["questions"].append({"id": "seul", "type": "yes_no", "dont_know": True, "label": said})
    return source


def reword(source: JsonObject) -> JsonObject:
    """A major version: a question says something else."""
    label = next(question for question in source["sections"][0]["questions"] if question["id"] == "score_1")["label"]
    label.update(
        fr="Quelle note donnez-vous à la semaine passée ?", en="How was last week?", ar="كيف كان الأسبوع الماضي؟"
    )
    return source


def versions() -> dict[str, JsonObject]:
    found = {"1.0.0": make_sixty_questions()}
    for version, change in (("1.0.1", correct), ("1.1.0", widen), ("2.0.0", reword)):
        found[version] = {**change(deepcopy([*found.values()][-1])), "version": version}
    return found


VERSIONS = versions()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("life")
    study = folder / "surveys" / "vie"
    (study / "soixante").mkdir(parents=True)
    for version, source in VERSIONS.items():
        (study / "soixante" / f"{version}.json").write_text(as_file(source), encoding="utf-8")
    (study / "study.json").write_text(json.dumps(study_source()), encoding="utf-8")
    (folder / "home").mkdir()
    (folder / "site" / "pages").mkdir(parents=True)
    (folder / "site" / "mkdocs.yml").write_text(MKDOCS, encoding="utf-8")
    (folder / "site" / "pages" / "index.md").write_text("# Vie\n", encoding="utf-8")
    return Settings(home=folder / "home", surveys=folder / "surveys", site=folder / "site")


def study_source() -> JsonObject:
    return {
        "format": 1,
        "id": "vie",
        "languages": ["fr", "en", "ar"],
        "title": {"fr": "Vie", "en": "Life", "ar": "حياة"},
        "audiences": {"soixante": {"fr": "personnes", "en": "people", "ar": "أشخاص"}},
        "controller": {
            "name": "Nous",
            "contact": "nous@example.org",
            "dpo": "dpo@example.org",
            "legal_basis": {"fr": "Intérêt public", "en": "Public interest", "ar": "المصلحة العامة"},
        },
        "retention_days": 365,
        "waves": [
            {
                "id": "2026",
                "opens": str(OPENS),
                "closes": "2026-12-31",
                "questionnaires": {
                    "soixante": [{"version": version, "from": str(day)} for version, day in STARTS.items()]
                },
                "population": {"soixante": 50000},
            }
        ],
    }


@pytest.fixture(scope="module")
def page(settings: Settings) -> str:
    """The results page once every version has had its day."""
    clock = SimulatedClock.start(settings.clock_file, OPENS)
    build_site(settings, OPENS)
    for version in VERSIONS:
        with closing(open_installation(settings)) as installation:
            client = installation.make_application().test_client()
            for person in people(version):
                body = {"id": person.id, "language": person.language, "mode": "self", "answers": person.answers}
                answer = client.post(f"/api/responses/vie/soixante/{version}", json=body)
                assert answer.status_code == 201, answer.text
            clock.advance()
            assert installation.run_job().alarms == ()
    with closing(open_installation(settings)) as installation:
        reply = installation.make_application().test_client().get("/vie/results/")
        return reply.text.replace("\u202f", " ")


def people(version: str) -> list[Any]:
    audience = Audience(version=version, count=A_DAY, margins={}, texts={}, text_share=0)
    profile = Profile(seed=1, wave="2026", languages={"fr": 100}, modes={"self": 100}, audiences={"vie": audience})
    return invent_respondents(parse_questionnaire(VERSIONS[version]), audience, profile)


def test_every_version_lints_and_says_honestly_how_much_changed(settings: Settings) -> None:
    assert lint([settings.surveys]).of(Severity.ERROR) == ()
    asked = [parse_questionnaire(source) for source in VERSIONS.values()]
    compared = [compare(old, new) for old, new in pairwise(asked)]
    assert [comparison.bump.name for comparison in compared] == ["PATCH", "MINOR", "MAJOR"]
    assert all(comparison.is_honest for comparison in compared)


def test_patch_and_minor_go_on_in_one_series_and_major_starts_another(settings: Settings, page: str) -> None:
    data = settings.published_folder / "vie" / "data" / "soixante"
    first, second = (json.loads((data / f"v{major}" / "2026" / "latest.json").read_bytes()) for major in (1, 2))
    assert (first["respondents"], first["cohorts"]) == (3 * A_DAY, 3)
    assert first["versions"] == ["1.0.0", "1.0.1", "1.1.0"]
    assert (second["respondents"], second["versions"]) == (A_DAY, ["2.0.0"])


def test_those_who_answered_before_a_question_was_added_count_as_not_asked(settings: Settings, page: str) -> None:
    file = settings.published_folder / "vie" / "data" / "soixante" / "v1" / "2026" / "latest.json"
    added = next(question for question in json.loads(file.read_bytes())["questions"] if question["id"] == "seul")
    assert added["cohorts"] == 1
    assert abs(added["base"] - A_DAY) < 20


def test_the_results_page_shows_which_series_goes_on_and_which_breaks(page: str) -> None:
    stories = {story[0]: story[1] for story in re.findall(r'id="soixante-(\w+)-time">(.*?)</section>', page, re.DOTALL)}
    assert "Rupture de série." in stories["score_1"]
    assert stories["score_1"].count("<table>") == 2
    assert "Rupture" not in stories["aide_1"]
    assert stories["aide_1"].count("<table>") == 1
    assert "2026, version 1" in stories["aide_1"]
    assert "2026, version 2" in stories["aide_1"]
    assert "Depuis la version 1.1.0 : la question est nouvelle." in stories["seul"]


def test_an_older_version_is_still_taken_in_its_own_series_during_its_grace(settings: Settings, page: str) -> None:
    [late] = people("1.0.0")[:1]
    body = {"id": "0b8f7bd0-6d6e-4c3e-9b7a-0e3c8d3f5a11", "language": "fr", "mode": "self", "answers": late.answers}
    with closing(open_installation(settings)) as installation:
        client = installation.make_application().test_client()
        assert client.post("/api/responses/vie/soixante/1.0.0", json=body).status_code == 201
        waiting = {str(series_status.series): series_status.waiting for series_status in installation.read_status()}
    assert waiting == {"vie/soixante/v1/2026": 1, "vie/soixante/v2/2026": 0}


def test_past_its_grace_an_older_version_is_closed_and_says_so(settings: Settings, page: str) -> None:
    SimulatedClock(settings.clock_file).set_day(date(2026, 3, 20))
    body = {"id": "1b8f7bd0-6d6e-4c3e-9b7a-0e3c8d3f5a11", "language": "fr", "mode": "self", "answers": {}}
    with closing(open_installation(settings)) as installation:
        reply = installation.make_application().test_client().post("/api/responses/vie/soixante/1.0.0", json=body)
    assert (reply.status_code, reply.json and reply.json["code"]) == (410, "closed")
