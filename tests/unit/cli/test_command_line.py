"""The command line as a whole: every command says what it does, and refuses without a trace of its insides."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from boucle.cli import main
from support.builders import REPOSITORY


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def boucle(*words: str | Path) -> tuple[int, str]:
    ran = CliRunner().invoke(main, [str(word) for word in words])
    return ran.exit_code, ran.output


@pytest.mark.parametrize("path", list(commands(main)), ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    status, said = boucle(*path, "--help")
    assert status == 0
    assert "Example: " in said
    assert "boucle" in said.partition("Example: ")[2]


def test_a_wrong_call_exits_2() -> None:
    assert boucle("seal", "--nonsense")[0] == 2


def test_a_home_that_cannot_be_made_is_said_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, said = boucle("--home", tmp_path / "file" / "home", "status")
    assert status == 1
    assert str(tmp_path / "file") in said
    assert "Traceback" not in said


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        folders = ("--home", tmp_path, "--surveys", REPOSITORY / "surveys", "--site", REPOSITORY / "site")
        status, said = boucle(*folders, "serve", "--port", str(port))
    assert (status, f"127.0.0.1:{port}" in said, "--port" in said) == (1, True, True)


def test_surveys_with_mistakes_are_not_built(tmp_path: Path) -> None:
    study = tmp_path / "surveys" / "etude"
    study.mkdir(parents=True)
    (study / "study.json").write_text('{"format": 1}', encoding="utf-8")
    status, said = boucle("--home", tmp_path, "--surveys", tmp_path / "surveys", "--site", REPOSITORY / "site", "build")
    assert status == 1
    assert "study.json" in said


def test_a_demonstration_never_mixes_with_real_answers(tmp_path: Path) -> None:
    assert boucle("--home", tmp_path, "--surveys", REPOSITORY / "surveys", "status")[0] == 0
    status, said = boucle("--home", tmp_path, "demo")
    assert (status, "real answers" in said) == (1, True)
