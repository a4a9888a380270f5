"""Findings: what is wrong, where, and what to do about it."""

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
class Flaw:
    """What a rule saw: a JSON pointer, what is wrong there, and the remedy."""

    pointer: str
    message: str
    remedy: str
    file: Path | None = None
    """Where the pointer leads, when that is not the file being checked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A flaw, the rule that it breaks and the file that it stands in."""

    rule: str
    severity: Severity
    file: Path
    pointer: str
    message: str
    remedy: str
    line: int = 1


Checked = TypeVar("Checked")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Checked]):
    """A stable name, a severity, and a function that yields the flaws of what it checks."""

    name: str
    severity: Severity
    check: Callable[[Checked], Iterable[Flaw]]

    @property
    def promise(self) -> str:
        """The first line of the check's docstring."""
        return (self.check.__doc__ or "").strip().partition("\n")[0]

    def findings(self, checked: Checked, file: Path) -> list[Finding]:
        """The flaws of one file, with the rule's name."""
        return [self.finding(flaw, file) for flaw in self.check(checked)]

    def finding(self, flaw: Flaw, file: Path) -> Finding:
        return Finding(self.name, self.severity, flaw.file or file, flaw.pointer, flaw.message, flaw.remedy)


def error(name: str, check: Callable[[Checked], Iterable[Flaw]]) -> Rule[Checked]:
    """A rule that stops a build."""
    return Rule(name, Severity.ERROR, check)


def warning(name: str, check: Callable[[Checked], Iterable[Flaw]]) -> Rule[Checked]:
    """A rule that advises."""
    return Rule(name, Severity.WARNING, check)
