"""An article: its front matter, its figures measured and checked, and the faults of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mkdocs.utils.meta import get_data

from boucle.core.errors import BoucleError
from boucle.core.study.model import Study
from boucle.pages.articles.approval import ApprovedFigure, read_approval
from boucle.pages.articles.binding import Binder
from boucle.pages.articles.calls import Call, FigurePlace, find_places, parse_call_at
from boucle.pages.articles.issues import ArticleIssue, InvalidArticle, UnboundFigure
from boucle.pages.articles.measured import MeasuredFigure, NotYet
from boucle.pages.articles.published import PublishedData


class NotAnArticle(BoucleError):
    """A page that does not say whose figures it quotes."""


@dataclass(frozen=True, slots=True)
class BoundFigure:
    """A figure where it stands, and what the data say of it."""

    place: FigurePlace
    call: Call
    measured: MeasuredFigure


@dataclass(frozen=True, slots=True)
class Article:
    """A page that quotes figures."""

    study: Study
    file: str
    body: str
    figures: tuple[BoundFigure, ...]
    is_approved: bool

    @property
    def not_yet(self) -> tuple[str, ...]:
        """The series that this text waits for."""
        return tuple(
            dict.fromkeys(figure.measured.series for figure in self.figures if isinstance(figure.measured, NotYet))
        )

    def rewrite(self, write: Callable[[BoundFigure], str]) -> str:
        """The text with each figure as `write` says it."""
        parts, end = [], 0
        for figure in self.figures:
            parts += [self.body[end : figure.place.start], write(figure)]
            end = figure.place.end
        return "".join([*parts, self.body[end:]])

    def to_approved_figures(self) -> tuple[ApprovedFigure, ...]:
        """Its figures as they are now, each once."""
        return tuple(
            {str(figure.call): ApprovedFigure.of(str(figure.call), figure.measured) for figure in self.figures}.values()
        )


@dataclass(frozen=True)
class ArticleReader:
    """Reads articles of some studies over what is published."""

    studies: Mapping[str, Study]
    published: PublishedData

    def read(self, path: Path, *, against_approval: bool = True) -> Article:
        """The article, all its figures measured. Raises FaultyArticle and NotAnArticle."""
        source = path.read_text("utf-8")
        body, front = get_data(source)
        study = self._find_study(path, front)
        # The lines that the front matter takes, so that messages name those of the file.
        above = source.count("\n") - body.count("\n")
        wave = str(front.get("wave") or study.waves[-1].id)
        approval = read_approval(path) if against_approval else None
        reading = _FigureReader(_display_path(path), above, Binder(study, wave, self.published), approval)
        figures = tuple(reading.read_figures(body))
        if reading.issues:
            raise InvalidArticle(tuple(reading.issues))
        return Article(study, reading.file, body, figures, approval is not None)

    def _find_study(self, path: Path, front: Mapping[str, object]) -> Study:
        named = front.get("study")
        if named in self.studies:
            return self.studies[str(named)]
        raise NotAnArticle(
            f"{_display_path(path)}: the front matter must name the study whose figures it quotes: `study: "
            f"{next(iter(self.studies), 'my-study')}`; it says {named!r}"
        )


class _FigureReader:
    """One reading of a text, which goes on after a fault."""

    def __init__(self, file: str, above: int, binder: Binder, approval: Mapping[str, ApprovedFigure] | None) -> None:
        self.file = file
        self.issues: list[ArticleIssue] = []
        self._above = above
        self._binder = binder
        self._approval = approval

    def read_figures(self, body: str) -> Iterator[BoundFigure]:
        for place in find_places(body):
            try:
                call = parse_call_at(place)
                measured = self._binder.measure(call)
                self._refuse_change(call, measured)
                yield BoundFigure(place, call, measured)
            except BoucleError as fault:
                self.issues.append(ArticleIssue(self.file, self._above + place.line, place.source, str(fault)))

    def _refuse_change(self, call: Call, measured: MeasuredFigure) -> None:
        if self._approval is None or isinstance(measured, NotYet):
            return
        before = self._approval.get(str(call))
        if before is None:
            raise UnboundFigure("it was added since the text was approved: read the text again, then `boucle approve`")
        before.refuse_change(measured)


def _display_path(path: Path) -> str:
    """A file as its author would type it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
