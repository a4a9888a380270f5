"""Says what is between two versions, in lines for people."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from boucle.authoring.lint.shape import find_shape_issues
from boucle.authoring.lint.sources import Unreadable, read_source
from boucle.core.errors import BoucleError
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.parse import parse_questionnaire
from boucle.core.versions.causes import Bump
from boucle.core.versions.compare import Change, Comparison


class NotAVersion(BoucleError):
    """A file is no readable version of a questionnaire."""


def read_version(file: Path) -> Questionnaire:
    """The version in a file. Raises NotAVersion."""
    try:
        source = read_source(file)
        wrong = tuple(find_shape_issues("questionnaire", source.json, file))
    except Unreadable as unreadable:
        wrong = unreadable.issues
    if wrong:
        raise NotAVersion(f"{file}{wrong[0].pointer}: {wrong[0].message} {wrong[0].remedy} See: boucle lint {file}")
    return parse_questionnaire(source.json)


def as_lines(comparison: Comparison) -> str:
    """The changes by question, what becomes of each series, and the smallest honest bump with its reason."""
    lines = [f"{comparison.old.id}: {comparison.old.version} -> {comparison.new.version}"]
    by_question = sorted(comparison.changes, key=lambda change: change.question or "")
    for question, changes in groupby(by_question, key=lambda change: change.question):
        fate = f" (its series {comparison.fates[question].value})" if question else ""
        lines += [
            f"  {question or 'the whole questionnaire'}{fate}",
            *(f"    {_format_change(change)}" for change in changes),
        ]
    return "\n".join([*lines, f"Smallest honest bump: {_describe_bump(comparison)}"])


def _format_change(change: Change) -> str:
    detail = f" [{change.detail}]" if change.detail else ""
    return f"{change.bump.name.lower()}: {change.cause.value}{detail}"


def _describe_bump(comparison: Comparison) -> str:
    if comparison.bump is Bump.NONE:
        return "none: nothing changed that people read or answer."
    reasons = dict.fromkeys(change.reason for change in comparison.changes if change.bump is comparison.bump)
    return f"{comparison.bump.name.lower()}, because {'; '.join(reasons)}."


def describe_dishonest_bump(comparison: Comparison) -> str:
    """Why the version numbers are not honest, and which one would be."""
    if comparison.declared is Bump.NONE:
        return f"{comparison.new.version} is not newer than {comparison.old.version}: compare the older one first."
    needed = max(comparison.bump, Bump.PATCH)
    declared = comparison.declared.name.lower()
    return f"{comparison.new.version} says {declared}: call it {name_next_version(comparison.old.version, needed)}."


def name_next_version(version: str, bump: Bump) -> str:
    """The version that comes after another."""
    major, minor, patch = (int(part) for part in version.split("."))
    return {
        Bump.MAJOR: f"{major + 1}.0.0",
        Bump.MINOR: f"{major}.{minor + 1}.0",
        Bump.PATCH: f"{major}.{minor}.{patch + 1}",
    }[bump]
