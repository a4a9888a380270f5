"""Promises of `boucle lint`: its exit codes, its formats, and that the demonstration study has nothing to mend."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from boucle.authoring.lint.run import lint
from boucle.cli.authoring.lint import lint_command
from support.builders import DEMONSTRATION, REPOSITORY, SURVEYS, copy_unpublished_surveys

ERROR = REPOSITORY / "tests" / "invalid" / "unknown-key" / "surveys" / "etude"
WARNING = REPOSITORY / "tests" / "invalid" / "no-none" / "surveys" / "etude"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(lint_command, [str(word) for word in words])


def test_the_demonstration_study_has_neither_errors_nor_warnings() -> None:
    assert lint([SURVEYS]).issues == ()


def test_errors_exit_1_and_warnings_0() -> None:
    assert (run(ERROR).exit_code, run(WARNING).exit_code) == (1, 0)


def test_a_path_that_leads_nowhere_is_a_wrong_call_with_a_remedy(tmp_path: Path) -> None:
    missing, empty = run(tmp_path / "nothing"), run(tmp_path)
    assert (missing.exit_code, empty.exit_code) == (2, 2)
    assert "boucle new study" in empty.output


def test_text_names_the_question_then_the_line_rule_message_and_remedy() -> None:
    said = run(ERROR).output
    assert said.startswith("usagers · aide · requird, ")
    assert "usagers/1.0.0.json:24: error [unknown-key]\n" in said
    assert 'The key "requird" is not known here.' in said
    assert 'Did you mean "required"?' in said
    assert said.endswith("1 error, 0 warnings in 1 file.\n")


def test_json_is_a_list_of_findings() -> None:
    (finding,) = json.loads(run(ERROR, "--format", "json").output)
    assert finding.keys() == {"rule", "severity", "file", "place", "pointer", "line", "message", "remedy"}
    assert (finding["rule"], finding["line"]) == ("unknown-key", 24)
    assert finding["place"] == "usagers · aide · requird"


def test_github_annotates_the_line() -> None:
    said = run(ERROR, "--format", "github").output
    assert said.startswith("::error file=")
    assert ",line=24,title=unknown-key::usagers · aide · requird: The key" in said


def test_a_single_file_is_checked_within_its_study_and_reported_alone(tmp_path: Path) -> None:
    study = copy_unpublished_surveys(tmp_path) / DEMONSTRATION
    candidates = study / "candidats" / "1.0.0.json"
    candidates.write_text(candidates.read_text(encoding="utf-8").replace('"theme": "continuite"', '"theme": "x"'))
    report = lint([candidates])
    assert {finding.rule for finding in report.issues} == {"unknown-theme"}
    assert report.files == 1
    assert lint([study / "professionnels" / "1.0.0.json"]).issues == ()


def test_all_files_are_read_even_when_the_first_is_broken(tmp_path: Path) -> None:
    study = copy_unpublished_surveys(tmp_path) / DEMONSTRATION
    (study / "candidats" / "1.0.0.json").write_text("{", encoding="utf-8")
    (study / "professionnels" / "1.0.0.json").write_text("[]", encoding="utf-8")
    assert {finding.rule for finding in lint([study]).issues} == {"invalid-json", "wrong-type"}
