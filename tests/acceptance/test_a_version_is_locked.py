"""A version is what its first answer was given to: `serve` as people run it, and an author who goes on editing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from boucle.bootstrap.local import read_locked_versions
from boucle.cli import main
from boucle.config.settings import Settings
from boucle.core.study.model import Series
from boucle.site_build.reload import POLL_INTERVAL_SECONDS
from boucle.storage.sqlite_store.stores import SqliteResponseStore
from support.builders import name_controller
from support.servers.real_server import RealServer

pytestmark = pytest.mark.slow

ANSWERS = {"venu": "no", "freins": ["horaires"]}


class Author:
    """A folder with two studies, a site and a home; what the author does there, and what people see."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(home=folder / "home", surveys=folder / "surveys", site=folder / "site")
        for name in ("accueil", "cantine"):
            assert self.run("new", "study", name).exit_code == 0
            name_controller(self.settings.surveys / name / "study.json")
        assert self.run("new", "site").exit_code == 0
        self.server = RealServer(self.settings.home, surveys=self.settings.surveys, site=self.settings.site)

    def run(self, *words: str) -> Result:
        folders = ["--home", str(self.settings.home), "--surveys", str(self.settings.surveys)]
        return CliRunner().invoke(main, [*folders, "--site", str(self.settings.site), *words])

    @property
    def file(self) -> Path:
        return self.settings.surveys / "accueil" / "usagers" / "1.0.0.json"

    @property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    def save(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")

    def swap_labels(self) -> None:
        """As in an open, unfrozen file after 40 answers: what was chosen is called something else."""
        first, second = '"fr": "Les horaires"', '"fr": "La distance"'
        self.save(self.text.replace(first, "?").replace(second, first).replace("?,", f"{second},"))

    def ask(self, path: str, body: object = None) -> tuple[int, str]:
        data = json.dumps(body).encode() if body is not None else None
        request = Request(f"http://127.0.0.1:{self.server.port}{path}", data, {"Content-Type": "application/json"})
        try:
            with urlopen(request, timeout=10) as answer:  # noqa: S310  # of this machine
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def answer(self, study: str = "accueil") -> int:
        body = {"id": str(uuid4()), "language": "fr", "mode": "self", "answers": ANSWERS}
        return self.ask(f"/api/responses/{study}/usagers/1.0.0", body)[0]

    def see(self, study: str = "accueil") -> str:
        return self.ask(f"/{study}/usagers/")[1]

    def read_log(self) -> str:
        return self.server.log.read_text(encoding="utf-8")

    def count_waiting(self) -> int:
        with closing(SqliteResponseStore(self.settings.responses_file)) as store:
            [wave] = json.loads((self.settings.surveys / "accueil" / "study.json").read_text(encoding="utf-8"))["waves"]
            return sum(store.count_pending_by_day(Series("accueil", "usagers", 1, wave["id"])).values())


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Author]:
    author = Author(tmp_path_factory.mktemp("author"))
    author.server.start()
    yield author
    author.server.kill()


def test_while_nobody_has_answered_a_saved_change_shows_at_once(author: Author) -> None:
    assert "Les horaires" in author.see()
    author.save(author.text.replace("Les horaires", "Les jours et les heures"))
    wait_for(lambda: "Les jours et les heures" in author.see())
    author.save(author.text.replace("Les jours et les heures", "Les horaires"))
    wait_for(lambda: "Les jours et les heures" not in author.see())
    # The worker sees that the site has changed a moment later: until then its answers are to the file before.
    time.sleep(4 * POLL_INTERVAL_SECONDS)
    assert read_locked_versions(author.settings) == []
    assert not (author.settings.surveys / "published.lock").exists()


def test_labels_that_are_swapped_after_forty_answers_change_nothing(author: Author) -> None:
    wait_for(lambda: author.answer() == 201)
    for _ in range(39):
        assert author.answer() == 201
    assert [lock.path for lock in read_locked_versions(author.settings)] == ["accueil/usagers/1.0.0.json"]
    before, page = author.text, author.see()
    author.swap_labels()
    assert author.text != before
    wait_for(lambda: "was answered and has changed" in author.read_log())
    assert author.see() == page
    assert author.answer() == 201
    assert author.count_waiting() == 41


@pytest.mark.parametrize("words", [("status",), ("lint",), ("freeze",), ("build",)])
def test_every_command_says_what_to_do(author: Author, words: tuple[str, ...]) -> None:
    said = author.run(*words)
    assert said.exit_code == 1
    assert "has changed" in said.output
    assert "boucle new version" in said.output
    assert "Nothing is wrong" not in said.output
    if words == ("status",):
        assert f"WRONG: {author.file} was answered" in said.output
        assert "1.0.0.json" in json.loads(author.run("status", "--format", "json").output)["wrong"][0]


def test_after_a_restart_the_study_is_left_out_and_the_other_is_served(author: Author) -> None:
    author.server.stop()
    author.server.start()
    assert f"WRONG: {author.file} was answered and has changed." in author.read_log()
    assert author.answer() == 404
    assert author.answer("cantine") == 201
    assert author.count_waiting() == 41


def test_a_value_that_is_renamed_is_refused_as_well(author: Author) -> None:
    copy = author.settings.served_folder / "accueil" / "usagers" / "1.0.0.json"
    author.save(copy.read_text(encoding="utf-8").replace('"horaires"', '"heures"'))
    assert author.run("status").exit_code == 1
    assert author.run("seal").exit_code == 0


def test_the_file_that_is_put_back_is_served_again_and_its_edit_goes_on_as_a_new_version(author: Author) -> None:
    assert author.run("new", "version", str(author.file), "--bump", "patch").exit_code == 0
    newer = author.file.with_name("1.0.1.json")
    assert '"1.0.1"' in newer.read_text(encoding="utf-8")
    newer.unlink()
    copy = author.settings.served_folder / "accueil" / "usagers" / "1.0.0.json"
    assert f"So it was: {copy}" in author.run("status").output
    author.save(copy.read_text(encoding="utf-8"))
    wait_for(lambda: author.answer() == 201, seconds=30)
    assert "WRONG" not in author.run("status").output
    assert author.run("lint").exit_code == 0


def test_freeze_copies_what_was_answered_to_the_lock(author: Author) -> None:
    frozen = author.run("freeze")
    assert frozen.exit_code == 0, frozen.output
    lock = (author.settings.surveys / "published.lock").read_text(encoding="utf-8")
    for version in read_locked_versions(author.settings):
        assert f"{version.file_hash}  {version.path}" in lock
