"""Promises of the MkDocs plugin: a site in every language, under our theme and under others."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, PluginError
from mkdocs.structure.pages import Page

from boucle.content.surveys import read_surveys
from boucle.core.questionnaire.routing import Path as Taken
from boucle.pages.common.shells import shells_of
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.mkdocs_plugin.plugin import BouclePlugin
from support.builders import DEMONSTRATION, REPOSITORY, SURVEYS
from support.documents.pages_read import find_objections, read_page
from support.documents.published_folders import publish_demonstration

STUDY = read_surveys(SURVEYS)[DEMONSTRATION]
FORMS = [
    f"{prefix}{DEMONSTRATION}/{questionnaire}/index.html"
    for prefix in ("", "en/", "ar/")
    for questionnaire in STUDY.counted_ids
]


def build_site(folder: Path, theme: str = "boucle", **options: object) -> Path:
    """A small site of two written pages, built with the plugin."""
    written = {
        "index.md": "# Accueil",
        "methode.md": "# Dire & faire",
        "en/index.md": "# Home",
        "ar/index.md": "# أهلا",
    }
    for name, content in written.items():
        file = folder / "pages" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")
    settings = {
        "site_name": "Le site",
        "site_url": "https://example.org/",
        "docs_dir": "pages",
        "site_dir": str(folder / "built"),
        "theme": theme,
        "plugins": [{"boucle": {"surveys": str(SURVEYS), "today": "2026-06-01", **options}}],
    }
    config_file = folder / "mkdocs.yml"
    config_file.write_text(json.dumps(settings), "utf-8")  # JSON is YAML too
    build(load_config(str(config_file)))
    return folder / "built"


@pytest.fixture(autouse=True)
def _quiet_mkdocs() -> Iterator[None]:
    logger = logging.getLogger("mkdocs")
    level = logger.level
    logger.setLevel(logging.ERROR)
    yield
    logger.setLevel(level)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(tmp_path_factory.mktemp("own"), demonstration=True)


@pytest.fixture(scope="module")
def foreign_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(tmp_path_factory.mktemp("foreign"), theme="mkdocs", demonstration=True)


def test_each_questionnaire_has_its_form_in_each_language(site: Path) -> None:
    assert [name for name in FORMS if not (site / name).exists()] == []


def test_no_built_page_has_anything_to_object_to(site: Path) -> None:
    pages = [path for path in site.rglob("*.html") if "_boucle" not in path.parts]
    assert {str(path): find_objections(path.read_text("utf-8")) for path in pages} == {str(path): [] for path in pages}


def test_the_form_of_the_site_is_the_form_of_the_api(site: Path) -> None:
    renderer = PageRenderer(shells_of(site))
    for questionnaire in STUDY.questionnaires:
        page = (site / DEMONSTRATION / questionnaire.id / "index.html").read_text("utf-8")
        answered = renderer.render_form(
            STUDY, questionnaire, "fr", typed={}, issues=[], mode="self", wave=STUDY.waves[0]
        )
        assert _main(answered) == _main(page)


def test_a_page_from_a_shell_has_the_site_around_it_in_its_language(site: Path) -> None:
    questionnaire = STUDY.questionnaires[0]
    page = PageRenderer(shells_of(site)).render_check(
        STUDY, questionnaire, "ar", path=Taken((), {}), typed={}, token="signed", mode="self", wave=STUDY.waves[0]
    )
    tree = read_page(page)
    assert tree.one("html").attributes == {"lang": "ar", "dir": "rtl"}
    assert "/ar/parcours-de-qualite/results/" in [link.attributes["href"] for link in tree.all("a")]
    assert find_objections(page) == []


def test_navigation_is_in_the_language_of_the_page(site: Path) -> None:
    def navigation(page: str) -> list[str]:
        return [link.text for link in read_page((site / page).read_text("utf-8")).one("nav", class_="main").all("a")]

    assert navigation("index.html") == ["Résultats", "Thèmes", "Vous avez dit, nous avons fait", "Dire & faire"]
    assert navigation("en/index.html") == ["Results", "Themes", "You said, we did"]


def test_language_links_lead_to_the_same_page_or_to_the_home_of_that_language(site: Path) -> None:
    def languages(page: str) -> list[str]:
        links = read_page((site / page).read_text("utf-8")).one("nav", class_="languages").all("a")
        return [link.attributes["href"] for link in links]

    assert languages(FORMS[0]) == [f"{prefix}/{DEMONSTRATION}/candidats/" for prefix in ("", "/en", "/ar")]
    assert languages("methode/index.html") == ["/methode/", "/en/", "/ar/"]


def test_a_demonstration_says_so_on_every_page(site: Path, foreign_site: Path) -> None:
    for folder in (site, foreign_site):
        pages = [path.read_text("utf-8") for path in folder.rglob("index.html")]
        said = ("réponses sont inventées", "answers are made up", "الإجابات مختلقة")
        assert [page for page in pages if not any(entry in page for entry in said)] == []


def test_the_sitemap_leaves_shells_out(site: Path) -> None:
    sitemap = (site / "sitemap.xml").read_text("utf-8")
    assert ("/shell/" in sitemap, "404" in sitemap, f"{DEMONSTRATION}/candidats/" in sitemap) == (False, False, True)


def test_a_page_that_people_wrote_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "accessibilite.md").write_text("# Audit de mai", "utf-8")
    page = (build_site(tmp_path) / "accessibilite" / "index.html").read_text("utf-8")
    assert read_page(page).one("h1").text == "Audit de mai"


def test_a_form_outside_its_wave_is_a_notice(tmp_path: Path) -> None:
    for day, title in (("2025-12-01", "pas encore ouvert"), ("2028-06-01", "clos")):
        page = read_page((build_site(tmp_path / day, today=day) / FORMS[0]).read_text("utf-8"))
        assert (title in page.one("h1").text, page.all("form")) == (True, [])


def test_another_theme_gets_the_same_forms_with_their_language_and_styles(foreign_site: Path) -> None:
    for name in FORMS:
        page = (foreign_site / name).read_text("utf-8")
        assert f'<form method="post" novalidate action="/api/responses/{DEMONSTRATION}/' in page
        assert "--accent" in page.partition("</head>")[0]
        assert [read_page(page).all("a", hreflang=language)[0].text for language in ("fr", "ar")] == [
            "Français",
            "العربية",
        ]
    assert '<html lang="ar" dir="rtl">' in (foreign_site / FORMS[-1]).read_text("utf-8")


def test_a_shell_of_another_theme_has_no_relative_link(foreign_site: Path) -> None:
    page = PageRenderer(shells_of(foreign_site)).render_notice(STUDY, "en", "overloaded")
    links = [
        element.attributes[name]
        for element in read_page(page).below()
        for name in ("href", "src")
        if name in element.attributes
    ]
    assert [link for link in links if not link.startswith(("/", "#", "https:"))] == []
    assert "/css/base.css" in links


def test_a_build_that_ignores_a_hook_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Such as a fork of MkDocs that leaves on_page_content out."""

    def ignore_content(self: BouclePlugin, html: str, page: Page, config: object, files: object) -> str:
        return html

    monkeypatch.setattr(BouclePlugin, "on_page_content", ignore_content)
    with pytest.raises(Abort):
        build_site(tmp_path)
    assert "were not built" in caplog.text


def test_a_build_that_ran_no_hook_at_all_fails(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="were not built: all"):
        BouclePlugin().check_built(tmp_path)


@pytest.mark.parametrize(
    ("setting", "remedy"),
    [
        ({"site_url": "https://example.org/enquete/"}, "take the path out of site_url"),
        ({"use_directory_urls": False}, "set use_directory_urls"),
        ({"plugins": [{"boucle": {"surveys": "nowhere"}}]}, "there is no study in .*nowhere"),
    ],
)
def test_a_site_that_could_not_work_is_refused_with_the_remedy(
    tmp_path: Path, setting: dict[str, object], remedy: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "docs").mkdir()
    plugins = {"plugins": [{"boucle": {"surveys": str(SURVEYS)}}]}
    (tmp_path / "mkdocs.yml").write_text(json.dumps({"site_name": "x", "theme": "boucle", **plugins, **setting}))
    with pytest.raises(Abort):
        build(load_config(str(tmp_path / "mkdocs.yml")))
    assert re.search(remedy, caplog.text)


def test_the_site_of_the_repository_builds_strictly_and_its_article_agrees_with_the_study(tmp_path: Path) -> None:
    config = load_config(str(REPOSITORY / "site" / "mkdocs.yml"), site_dir=str(tmp_path / "built"), strict=True)
    config.plugins["boucle"].config["published"] = str(publish_demonstration(tmp_path / "published", STUDY))
    build(config)
    pages = list((tmp_path / "built").rglob("index.html"))
    assert {str(path): find_objections(path.read_text("utf-8")) for path in pages} == {str(path): [] for path in pages}


def _main(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0].strip()
