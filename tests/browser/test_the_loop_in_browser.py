"""The whole loop, run for real: two waves, 300 texts through the desk by keyboard, figures before and after.

A copy of the demonstration study has a closed wave 2025 before its wave 2026. The command, the server, the keys and the
desk are those that an operator uses; days are simulated.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page

from boucle.config.clocks import SimulatedClock
from support import free_texts as verbatims
from support.builders import DEMONSTRATION, REPOSITORY, SURVEYS
from support.servers.served import BOUCLE, Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

A_WAVE = 150
REFUSED_EVERY = 30
FIRST_DAY = date(2025, 12, 29)
CLOSES, OPENS = "2025-12-30", "2026-01-01"
ADDRESS = f"/api/responses/{DEMONSTRATION}/candidats/1.0.0"
DATA = f"{DEMONSTRATION}/data"


def fr(text: str) -> dict[str, str]:
    return {"fr": text}


def make_action(id: str, finding: dict[str, object], **more: object) -> dict[str, object]:
    """An action that was decided upon wave 2025 and shipped before wave 2026 asked again."""
    return {
        "id": id,
        "said": fr(f"Dit : {id}"),
        "heard": "2025-12-30",
        "finding": {"questionnaire": "candidats", "wave": "2025", **finding},
        "team": "equipe",
        "theme": "ecoute",
        "decision": {"date": "2025-12-30", "answer": "yes", "text": fr(f"Décidé : {id}")},
        **more,
    }


DONE: dict[str, object] = {"shipped": {"date": "2025-12-31", "text": fr("C'est fait.")}, "remeasured": "2026"}
ACTIONS = {
    "format": 1,
    "teams": {"equipe": fr("équipe Parcours")},
    "actions": [
        make_action("redire", {"question": "raconter", "value": "toujours"}, **DONE),
        make_action("iae", {"question": "connait_iae", "value": "no"}, **DONE),
        make_action("ecoute", {"theme": "ecoute"}, **DONE),
        make_action("promesse", {"question": "connait_iae", "value": "no"}, due="2026-01-01"),
    ],
}


def two_waves(surveys: Path) -> None:
    """A copy of the surveys with a wave 2025 before the other, and actions that are measured in both."""
    shutil.copytree(SURVEYS, surveys)
    file = surveys / DEMONSTRATION / "study.json"
    study = json.loads(file.read_text("utf-8"))
    [wave] = study["waves"]
    opened = {name: [{"version": "1.0.0", "from": "2025-12-01"}] for name in wave["questionnaires"]}
    before = {"id": "2025", "opens": "2025-12-01", "closes": CLOSES, "grace_days": 0, "questionnaires": opened}
    after = {
        **wave,
        "opens": OPENS,
        "questionnaires": {name: [{"version": "1.0.0", "from": OPENS}] for name in wave["questionnaires"]},
    }
    file.write_text(json.dumps({**study, "waves": [before, after]}), "utf-8")
    (file.parent / "actions.json").write_text(json.dumps(ACTIONS), "utf-8")


@dataclass
class Loop(Served):
    """A served installation with sealed texts, two copies of their key, and days that a test lets pass."""

    receipts: list[str] = field(default_factory=list)

    @property
    def surveys(self) -> Path:
        return self.home.parent / "surveys"

    @property
    def key(self) -> Path:
        return self.home.parent / "stick-a.key"

    def command(self, *words: object) -> list[str]:
        return [str(word) for word in (BOUCLE, "--home", self.home, "--surveys", self.surveys, *words)]

    def run(self, *words: object) -> str:
        done = subprocess.run(self.command(*words), cwd=REPOSITORY, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def begin(self) -> None:
        two_waves(self.surveys)
        self.home.mkdir()
        SimulatedClock.start(self.home / "simulated-clock.json", FIRST_DAY)
        copies = self.key, self.home.parent / "stick-b.key"
        self.run("keys", "new", *copies)
        assert self.run("keys", "check", *copies).count("opens what this installation seals") == 2
        self.process = subprocess.Popen(
            self.command("serve", "--port", self.port), cwd=REPOSITORY, start_new_session=True, text=True
        )
        deadline = time.monotonic() + 120
        while not self._is_up() and time.monotonic() < deadline:
            time.sleep(0.2)

    def _is_up(self) -> bool:
        try:
            return self.get("/api/health").status == 200
        except OSError:
            return False

    def collect(self, texts: list[verbatims.PlantedText], always: int, ignorant: int) -> None:
        """One answer a text; `always` of them tell their story again each time, `ignorant` do not know the scheme."""
        for number, text in enumerate(texts):
            answers = {
                "accompagne": "no",
                "entreprise_insertion": "yes",
                "connait_iae": "no" if number < ignorant else "yes",
                "raconter": "toujours" if number < always else "parfois",
                "message": text.text,
            }
            body = {"id": str(uuid4()), "language": "fr", "mode": "self", "answers": answers, "consent": ["message"]}
            reply = self.post_json(ADDRESS, body)
            assert reply.status == 201, reply.text
            self.receipts.append(reply.json["receipt"])

    def days(self, count: int) -> None:
        assert "WRONG" not in self.run("demo", "--advance", f"{count}d")

    @contextmanager
    def open_desk(self, browser: Browser) -> Iterator[Page]:
        """The desk that `boucle moderate` opens, in a browser."""
        words = self.command("moderate", "--key", self.key, "--as", "Ana")
        moderating = subprocess.Popen(
            [sys.executable, "-u", *words], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            assert moderating.stdout is not None
            link = re.search(r"http://\S+", moderating.stdout.readline())
            assert link is not None
            page = browser.new_page()
            page.goto(link[0])
            yield page
            page.close()
        finally:
            moderating.terminate()
            moderating.communicate(timeout=15)


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Loop]:
    """Both waves collected, moderated by keyboard, sealed and published."""
    run = Loop(tmp_path_factory.mktemp("loop") / "home")
    run.begin()
    try:
        planted = verbatims.invent_texts(2 * A_WAVE, seed=3)
        run.collect(planted[:A_WAVE], always=70, ignorant=60)
        assert run.standing(run.receipts[0]).json == {"status": "waiting"}
        moderate(run, browser, listening=0.6, so_far=0)
        run.days(3)
        run.collect(planted[A_WAVE:], always=22, ignorant=64)
        moderate(run, browser, listening=0.2, so_far=A_WAVE)
        run.days(1)
        yield run
    finally:
        run.stop()


def moderate(run: Loop, browser: Browser, *, listening: float, so_far: int) -> None:
    """Every text of a wave is decided about with single keys: a theme, then approve, or a reason and refuse."""
    with run.open_desk(browser) as page:
        for number in range(A_WAVE):
            page.locator("blockquote").wait_for()
            page.keyboard.press("5" if number < listening * A_WAVE else "1")
            key = "a"
            if number % REFUSED_EVERY == REFUSED_EVERY - 1:
                page.locator("#reason").select_option("Hors sujet")
                page.locator("h1").click()
                key = "r"
            with page.expect_navigation():
                page.keyboard.press(key)
        assert page.locator("#nothing").is_visible()
        assert f"{so_far + A_WAVE} sur {so_far + A_WAVE}" in page.locator("#progress").inner_text()
        page.goto(page.url + "log")
        assert leaks(page.content()) == []


def leaks(content: str) -> list[str]:
    """What was planted in the 300 texts and stands in this content."""
    return [item for item in PLANTED if item in content]


PLANTED = {item for planted in verbatims.invent_texts(2 * A_WAVE, seed=3) for item in planted.planted}


def quotes(run: Loop, wave: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = run.get(f"/{DATA}/candidats/v1/{wave}/verbatims.json").json["verbatims"]
    return listed


def test_no_planted_item_reaches_a_published_file_a_page_a_feed_or_the_desks_own_copies(loop: Loop) -> None:
    assert len(PLANTED) > 100
    shown = [quote["text"] for wave in ("2025", "2026") for quote in quotes(loop, wave)]
    assert len(shown) == 2 * (A_WAVE - A_WAVE // REFUSED_EVERY)
    kept = [*loop.published.rglob("*"), *(loop.home / "built-site").resolve().rglob("*.html")]
    kept += [*(loop.home / "vault").rglob("*"), *loop.home.glob("moderation.sqlite3*"), loop.home / "ledger.sqlite3"]
    read = {str(file): file.read_bytes().decode("utf-8", errors="replace") for file in kept if file.is_file()}
    assert len(read) > 100
    assert {name: found for name, content in read.items() if (found := leaks(content))} == {}


def test_the_page_of_actions_tells_two_waves_apart_or_says_that_it_cannot(loop: Loop) -> None:
    page = re.sub("[\u202f\u00a0]", " ", loop.get(f"/{DEMONSTRATION}/actions/").text).replace("\u200e", "")
    stories = dict(re.findall(r'<article id="([a-z]+)".*?>(.*?)</article>', page, re.DOTALL))
    assert re.search(r"Vague 2025, .*?: 4\d %, ± \d+ points, base 150", stories["redire"])
    assert re.search(r"Vague 2026, .*?: 1\d %, ± \d+ points, base 150", stories["redire"])
    assert re.search(r"En baisse : −\d+ points, entre −\d+ et −\d+", stories["redire"])
    assert "On ne peut pas dire si cela a bougé" in stories["iae"]
    assert re.search(r"textes des candidats et candidates : [56]\d %", stories["ecoute"])
    assert "En baisse" in stories["ecoute"]
    assert "En retard : c’était promis pour le 1 janvier 2026" in stories["promesse"]
    assert "D’une réponse lue à une décision : 0 jours" in page
    feed = loop.get(f"/{DEMONSTRATION}/actions/feed.atom")
    assert feed.status == 200
    assert "3/4" in loop.get(f"/{DEMONSTRATION}/actions/badge-equipe.svg").text


def test_themes_are_series_with_figures_of_both_waves_beside_the_words(loop: Loop) -> None:
    shares = {}
    for wave in ("2025", "2026"):
        latest = loop.get(f"/{DATA}/candidats-themes/v1/{wave}/latest.json").json
        [theme] = latest["questions"]
        assert latest["respondents"] == A_WAVE - A_WAVE // REFUSED_EVERY
        shares[wave] = next(cell["share"] for cell in theme["cells"] if cell["value"] == "ecoute")
    assert abs(shares["2025"] - 60) <= 8
    assert abs(shares["2026"] - 20) <= 8
    page = loop.get(f"/{DEMONSTRATION}/themes/ecoute/").text.replace("\u202f", " ")
    assert f"<b>{shares['2026']} %</b>" in page
    assert "<blockquote" in page
    assert "Dit : redire" in page


def test_the_audit_finds_nothing_in_what_is_published(loop: Loop) -> None:
    said = loop.run("audit", loop.published)
    assert "candidats-themes/v1/2025" in said
    assert "no promise is broken" in said


def test_a_receipt_shows_its_way_and_a_withdrawn_text_leaves_the_file_the_page_and_the_book(loop: Loop) -> None:
    receipt = loop.receipts[-1]
    assert loop.standing(receipt).json == {"status": "counted", "release": 1}
    assert loop.standing(loop.receipts[0]).json == {"status": "counted", "release": 1}
    before = loop.get(f"/{DATA}/candidats/v1/2026/latest.json").body
    shown = len(quotes(loop, "2026"))
    taken_back = loop.receipts[A_WAVE : A_WAVE + 20]
    for withdrawn in taken_back:
        assert loop.withdraw(withdrawn).status == 204
    assert loop.standing(taken_back[0]).json == {"status": "withdrawn"}
    loop.days(1)
    left = quotes(loop, "2026")
    assert shown - 20 <= len(left) < shown
    assert loop.get(f"/{DATA}/candidats/v1/2026/latest.json").body == before
