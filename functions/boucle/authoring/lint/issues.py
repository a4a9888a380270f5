"""Issues: what is wrong, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Generic, TypeVar


class Severity(Enum):
    """An error stops a build; a warning is advice."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class IssueDraft:
    """What a rule found: a JSON pointer, what is wrong there, and the remedy."""

    pointer: str
    message: str
    remedy: str
    file: Path | None = None
    """Where the pointer leads, when that is not the file being checked."""


@dataclass(frozen=True, slots=True)
class LintIssue:
    """One issue: the rule that is broken, the file and the place in it, what is wrong, and the remedy."""

    rule: str
    severity: Severity
    file: Path
    pointer: str
    message: str
    remedy: str
    line: int = 1
    place: str = ""
    """The place as its author names it, such as `candidats · note · type`; empty where the file cannot be read."""


Checked = TypeVar("Checked")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Checked]):
    """A stable name, a severity, and a function that yields the issues of what it checks."""

    name: str
    severity: Severity
    check: Callable[[Checked], Iterable[IssueDraft]]

    @property
    def promise(self) -> str:
        """The first line of the check's docstring."""
        return (self.check.__doc__ or "").strip().partition("\n")[0]

    def find_issues(self, checked: Checked, file: Path) -> list[LintIssue]:
        """The issues of one file, with the rule's name."""
        return [self.make_issue(draft, file) for draft in self.check(checked)]

    def make_issue(self, draft: IssueDraft, file: Path) -> LintIssue:
        """What a check found, as an issue of that file, or of the file that the draft names itself."""
        return LintIssue(self.name, self.severity, draft.file or file, draft.pointer, draft.message, draft.remedy)


def make_error_rule(name: str, check: Callable[[Checked], Iterable[IssueDraft]]) -> Rule[Checked]:
    """A rule that stops a build."""
    return Rule(name, Severity.ERROR, check)


def make_warning_rule(name: str, check: Callable[[Checked], Iterable[IssueDraft]]) -> Rule[Checked]:
    """A rule that advises."""
    return Rule(name, Severity.WARNING, check)
