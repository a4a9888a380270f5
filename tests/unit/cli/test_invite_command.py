"""Promises of `boucle invite`: single-use links, no list of them kept, and who has to be reminded."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from boucle.bootstrap.local import load_master_key
from boucle.cli import main
from boucle.config.settings import Settings
from boucle.content.surveys import read_surveys
from boucle.core.identity.invitations import Invitations, key_of_used_invitation, mark_of_used_invitation
from boucle.core.identity.receipts import Keyring
from boucle.core.ports import UsedInvitation
from boucle.operations.invitations import CannotInvite, take_numbers
from boucle.pages.exports.invitation_sheet import render_invitation_sheet
from boucle.pages.exports.paper import draw_qr_code
from boucle.storage.sqlite_store.used_invitations import SqliteUsedInvitations
from support.builders import DEMONSTRATION, copy_unpublished_surveys
from support.documents.pages_read import find_objections, read_page
from support.submissions import EXPIRES

ORIGIN = "https://enquete.example.org"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation whose candidates answer by invitation."""
    surveys = copy_unpublished_surveys(tmp_path)
    file = surveys / DEMONSTRATION / "study.json"
    study = json.loads(file.read_text("utf-8"))
    study["waves"][0]["invitations"] = {"candidats": {"invited": 500}}
    file.write_text(json.dumps(study), "utf-8")
    return Settings(home=tmp_path / "home", surveys=surveys, origin=ORIGIN)


def boucle(settings: Settings, *words: object) -> Result:
    folders = ("--home", settings.home, "--surveys", settings.surveys)
    origin = ("--origin", settings.origin) if settings.origin else ()
    return CliRunner().invoke(main, [str(word) for word in (*folders, *origin, "invite", *words)])


def make_invitations(settings: Settings, folder: Path, *words: object) -> list[dict[str, str]]:
    """The invitations of one call."""
    before = set(folder.glob("*.csv"))
    done = boucle(settings, DEMONSTRATION, "candidats", "--output", folder, *words)
    assert done.exit_code == 0, done.output
    [file] = set(folder.glob("*.csv")) - before
    return list(csv.DictReader(StringIO(file.read_text("utf-8"), newline="")))


def codes_of(settings: Settings) -> Invitations:
    key = Keyring(load_master_key(settings.master_key_file)).derive_invitation_key(DEMONSTRATION, "candidats", "2026")
    return Invitations(key)


def test_each_call_makes_the_next_ones_and_the_code_stands_where_browsers_send_it_to_nobody(
    settings: Settings, tmp_path: Path
) -> None:
    first = make_invitations(settings, tmp_path / "letters", "--count", 3)
    second = make_invitations(settings, tmp_path / "letters", "--count", 2, "-l", "ar")
    assert [row["number"] for row in first + second] == ["1", "2", "3", "4", "5"]
    assert len({row["code"] for row in first + second}) == 5
    assert all(codes_of(settings).read(row["code"]) == row["code"] for row in first + second)
    form = f"{ORIGIN}/{DEMONSTRATION}/candidats/"
    assert first[0]["link"] == f"{form}#i={first[0]['code']}"
    assert second[0]["link"] == f"{form}#i={second[0]['code']}".replace(f"/{DEMONSTRATION}", f"/ar/{DEMONSTRATION}")


def test_those_of_a_number_can_be_made_again_and_the_next_ones_stay_the_next(
    settings: Settings, tmp_path: Path
) -> None:
    first = make_invitations(settings, tmp_path / "letters", "--count", 3)
    assert make_invitations(settings, tmp_path / "again", "--count", 3, "--first", 1) == first
    assert make_invitations(settings, tmp_path / "letters", "--count", 1)[0]["number"] == "4"


def test_a_home_keeps_how_many_were_made_and_no_code(settings: Settings, tmp_path: Path) -> None:
    codes = [row["code"] for row in make_invitations(settings, tmp_path / "letters", "--count", 3)]
    assert json.loads(settings.invitations_file.read_text("utf-8")) == {f"{DEMONSTRATION}/candidats/2026": 3}
    kept = [file.read_text("latin-1") for file in settings.home.rglob("*") if file.is_file()]
    assert not [code for code in codes for content in kept if code in content]


def test_files_are_their_owners_alone_and_are_not_written_over(settings: Settings, tmp_path: Path) -> None:
    make_invitations(settings, tmp_path / "letters", "--count", 3)
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "letters").iterdir()} == {0o600}
    again = boucle(settings, DEMONSTRATION, "candidats", "--output", tmp_path / "letters", "--count", 3, "--first", 1)
    assert again.exit_code == 1
    assert "exists already" in again.output


def test_the_codes_not_used_yet_are_told_and_nothing_else_of_them(settings: Settings, tmp_path: Path) -> None:
    """Of any file with a column of codes, such as somebody's mailing list."""
    codes = [row["code"] for row in make_invitations(settings, tmp_path / "letters", "--count", 4)]
    spend(settings, codes[1], codes[2])
    mailing = tmp_path / "mailing.csv"
    lines = [f"Madame {n};{code.lower()};n{n}@example.org" for n, code in enumerate(codes)]
    mailing.write_text("\n".join(["Nom;code;Adresse", *lines]), "utf-8")
    told = boucle(settings, DEMONSTRATION, "candidats", "--unspent", mailing)
    assert told.exit_code == 0
    assert [row["Nom"] for row in csv.DictReader(StringIO(told.stdout))] == ["Madame 0", "Madame 3"]
    assert told.stderr == "2 of 4 were not used yet.\n"


def spend(settings: Settings, *codes: str) -> None:
    with closing(SqliteUsedInvitations(settings.used_invitations_file)) as spent:
        for code in codes:
            key = key_of_used_invitation(DEMONSTRATION, "candidats", "2026", code)
            assert spent.redeem(
                UsedInvitation(key=key, mark=mark_of_used_invitation("somebody", code), expires=EXPIRES)
            )


def test_a_file_of_other_codes_is_refused(settings: Settings, tmp_path: Path) -> None:
    make_invitations(settings, tmp_path / "letters", "--count", 1)
    file = tmp_path / "other.csv"
    file.write_text("code\nK7QF-2M9T-XW4C\n", "utf-8")
    told = boucle(settings, DEMONSTRATION, "candidats", "--unspent", file)
    assert told.exit_code == 1
    assert "row 2: this is no code of" in told.output


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("nothing", "candidats", "--count", 1, "--output", "x"), 1, "there is no nothing candidats: there are"),
        ((DEMONSTRATION, "professionnels", "--count", 1, "--output", "x"), 1, "by invitation in no wave"),
        ((DEMONSTRATION, "candidats", "--wave", "2031", "--count", 1, "--output", "x"), 1, "in no wave 2031"),
        ((DEMONSTRATION, "candidats"), 2, "Say --count N"),
        ((DEMONSTRATION, "candidats", "--count", 1), 2, "--output FOLDER"),
        ((DEMONSTRATION, "candidats", "--count", 1, "--output", "x", "-l", "de"), 2, "not de"),
        ((DEMONSTRATION, "candidats", "--count", 1, "--first", 1048576, "--output", "x"), 1, "number 1048575 only"),
    ],
)
def test_what_cannot_be_done_says_why(settings: Settings, words: tuple[object, ...], status: int, said: str) -> None:
    refused = boucle(settings, *words)
    assert (refused.exit_code, said in refused.output) == (status, True), refused.output


def test_a_number_too_high_leaves_the_count_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "invitations.json"
    assert take_numbers(file, "a", 3, None) == range(1, 4)
    with pytest.raises(CannotInvite):
        take_numbers(file, "a", 1048575, None)
    assert take_numbers(file, "a", 1, None) == range(4, 5)
    assert take_numbers(file, "b", 1, None) == range(1, 2)


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_the_sheet_has_a_card_for_each_with_its_drawing_and_its_code(settings: Settings, language: str) -> None:
    study = read_surveys(settings.surveys)[DEMONSTRATION]
    asked = study.by_version["candidats", "1.0.0"]
    codes = [(Invitations(b"0" * 32).make_code(number), f"{ORIGIN}/#i={number}") for number in (1, 2)]
    page = render_invitation_sheet(study, asked, language, ORIGIN, codes)
    assert find_objections(page) == []
    assert [span.text for span in read_page(page).all("span", class_="invitation")] == [code for code, _ in codes]
    assert all(str(draw_qr_code(link)) in page for _, link in codes)


def test_asking_for_unspent_ones_makes_no_key_where_none_is(settings: Settings, tmp_path: Path) -> None:
    """A key made there would only say of every code that it is none of ours."""
    make_invitations(settings, tmp_path / "letters", "--count", 1)
    [file] = (tmp_path / "letters").glob("*.csv")
    elsewhere = replace(settings, home=tmp_path / "elsewhere")
    refused = boucle(elsewhere, DEMONSTRATION, "candidats", "--unspent", file)
    assert refused.exit_code == 1
    assert "holds no master key" in refused.output
    assert not elsewhere.home.exists()
