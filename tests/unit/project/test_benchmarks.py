"""`make bench` runs every benchmark, and each says what it has to without the others. None is run here."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import pytest

from support.builders import REPOSITORY

BENCHMARKS = REPOSITORY / "tests" / "benchmarks"
BY_ITSELF = "bench_attackers.py"
"""It takes ten minutes: `make audit-campaign` runs it."""


@pytest.fixture(autouse=True)
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))


def module(name: str) -> ModuleType:
    return import_module(name)


def test_all_of_them_run_and_the_one_that_does_not_is_named() -> None:
    run_all = module("run_all")
    there = {path.name for path in BENCHMARKS.glob("bench_*.py")}
    assert {command[0] for command in run_all.BENCHES.values()} == there - {BY_ITSELF}
    assert BY_ITSELF in str(run_all.__doc__)


@pytest.mark.parametrize("only", [["boucle"], ["floor"], ["boucle", "floor"], None])
def test_submissions_are_never_measured_without_their_floor(
    only: list[str] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    submissions = module("bench_submissions")
    names = submissions.select_contenders(only)
    assert names[0] == "floor"
    assert len(names) == len(set(names))
    measured = {(name, at): [submissions.Round(100.0, 0.1, 0.2, 0.001, 0)] for name in names for at in (1, 16, 64)}
    lost = dict.fromkeys(names, 0)
    assert submissions.table(measured, lost).count("1.00") >= 3
    assert submissions.verdict(measured, lost) == ("boucle" in names)
    assert ("MISSED" in capsys.readouterr().out) == ("boucle" in names)


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("| a |\n|---|\n| 1 |\n\nmet    it\nMISSED that\n", "| a |\n|---|\n| 1 |\n\n- met    it\n- MISSED that"),
        ("a   b\n1   2\n", "```\na   b\n1   2\n```"),
        ("MISSED it could not be measured: no\n", "- MISSED it could not be measured: no"),
    ],
    ids=["a table and goals", "a table aligned by spaces", "goals alone"],
)
def test_what_is_printed_becomes_a_page(printed: str, written: str) -> None:
    assert module("run_all").format_output(printed) == written
