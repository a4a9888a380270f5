"""What is wrong with a figure of an article, said with the file, the line and the figure."""

from __future__ import annotations

from dataclasses import dataclass

from boucle.core.errors import BoucleError


class UnboundFigure(BoucleError):
    """A figure that cannot stand in a text; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class ArticleIssue:
    """Where a text cannot be defended."""

    file: str
    line: int
    figure: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {{{{ {self.figure} }}}}: {self.reason}"


class InvalidArticle(BoucleError):
    """Figures of a text that cannot stand; the message has them all."""

    def __init__(self, issues: tuple[ArticleIssue, ...]) -> None:
        super().__init__("\n".join(map(str, issues)))
        self.issues = issues
