"""Writes issues down: for people, for programs, and for the annotations of a forge."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from boucle.authoring.lint.issues import LintIssue, Severity
from boucle.authoring.lint.run import LintReport


def as_text(report: LintReport) -> str:
    """A paragraph for each issue, and a last line that counts them."""
    return "\n".join([*(_format_issue(issue) for issue in report.issues), _summarise(report)])


def _format_issue(issue: LintIssue) -> str:
    place = f"{issue.place}, " if issue.place else ""
    head = f"{place}{_shorten_path(issue.file)}:{issue.line}: {issue.severity.value} [{issue.rule}]"
    return f"{head}\n    {issue.message}\n    -> {issue.remedy}"


def _summarise(report: LintReport) -> str:
    counts = (_format_count(len(report.of(severity)), severity.value) for severity in Severity)
    return f"{', '.join(counts)} in {_format_count(report.files, 'file')}."


def _format_count(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def as_json(report: LintReport) -> str:
    """A list of issues, each with the same keys."""
    return json.dumps([_to_members(issue) for issue in report.issues], ensure_ascii=False, indent=2)


def _to_members(issue: LintIssue) -> dict[str, str | int]:
    return {
        "rule": issue.rule,
        "severity": issue.severity.value,
        "file": _shorten_path(issue.file),
        "place": issue.place,
        "pointer": issue.pointer,
        "line": issue.line,
        "message": issue.message,
        "remedy": issue.remedy,
    }


def as_annotations(report: LintReport) -> str:
    """One workflow command an issue: the forge shows it beside the line that it is about."""
    return "\n".join(_format_annotations(report.issues))


def _format_annotations(issues: Iterable[LintIssue]) -> Iterator[str]:
    for issue in issues:
        title = f"title={_escape(issue.rule, is_property=True)}"
        place = f"file={_escape(_shorten_path(issue.file), is_property=True)},line={issue.line},{title}"
        named = f"{issue.place}: " if issue.place else ""
        yield f"::{issue.severity.value} {place}::{_escape(f'{named}{issue.message} {issue.remedy}')}"


def _escape(text: str, is_property: bool = False) -> str:
    escapes = {"%": "%25", "\r": "%0D", "\n": "%0A"} | ({":": "%3A", ",": "%2C"} if is_property else {})
    return "".join(escapes.get(letter, letter) for letter in text)


def _shorten_path(file: Path) -> str:
    """The path from here, where the file lies below."""
    here = Path.cwd()
    absolute = file.absolute()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(file)


FORMATS: Mapping[str, Callable[[LintReport], str]] = {"text": as_text, "json": as_json, "github": as_annotations}
