"""Writes findings down: for people, for programs, and for the annotations of a forge."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from boucle.authoring.lint.issues import Finding, Severity
from boucle.authoring.lint.run import Report


def as_text(report: Report) -> str:
    """A paragraph for each finding, and a last line that counts them."""
    return "\n".join([*(_paragraph(finding) for finding in report.findings), _summary(report)])


def _paragraph(finding: Finding) -> str:
    where = f"{_shown(finding.file)}:{finding.line}"
    pointer = f" at {finding.pointer}" if finding.pointer else ""
    head = f"{where}: {finding.severity.value} [{finding.rule}]{pointer}"
    return f"{head}\n    {finding.message}\n    -> {finding.remedy}"


def _summary(report: Report) -> str:
    counts = (_counted(len(report.of(each)), each.value) for each in Severity)
    return f"{', '.join(counts)} in {_counted(report.files, 'file')}."


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def as_json(report: Report) -> str:
    """A list of findings, each with the same keys."""
    return json.dumps([_members(finding) for finding in report.findings], ensure_ascii=False, indent=2)


def _members(finding: Finding) -> dict[str, str | int]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "file": _shown(finding.file),
        "pointer": finding.pointer,
        "line": finding.line,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def as_annotations(report: Report) -> str:
    """One workflow command a finding: the forge shows it beside the line that it is about."""
    return "\n".join(_annotations(report.findings))


def _annotations(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        title = f"title={_escaped(finding.rule, property=True)}"
        place = f"file={_escaped(_shown(finding.file), property=True)},line={finding.line},{title}"
        yield f"::{finding.severity.value} {place}::{_escaped(f'{finding.message} {finding.remedy}')}"


def _escaped(text: str, property: bool = False) -> str:
    escapes = {"%": "%25", "\r": "%0D", "\n": "%0A"} | ({":": "%3A", ",": "%2C"} if property else {})
    return "".join(escapes.get(letter, letter) for letter in text)


def _shown(file: Path) -> str:
    """The path from here, where the file lies below."""
    here = Path.cwd()
    absolute = file.absolute()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(file)


FORMATS: Mapping[str, Callable[[Report], str]] = {"text": as_text, "json": as_json, "github": as_annotations}
