"""An article: its front matter, its figures measured and checked, and the faults of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mkdocs.utils.meta import get_data

from boucle.core.errors import Refusal
from boucle.core.study.model import Study
from boucle.pages.articles.approval import Approved, read_approval
from boucle.pages.articles.binding import Binder
from boucle.pages.articles.calls import Call, Place, call_at, places
from boucle.pages.articles.faults import Fault, FaultyArticle, Unbound
from boucle.pages.articles.measured import Measured, NotYet
from boucle.pages.articles.published import Published


class NotAnArticle(Refusal):
    """A page that does not say whose figures it quotes."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure where it stands, and what the data say of it."""

    place: Place
    call: Call
    measured: Measured


@dataclass(frozen=True, slots=True)
class Article:
    """A page that quotes figures."""

    study: Study
    file: str
    body: str
    figures: tuple[Bound, ...]
    is_approved: bool

    @property
    def not_yet(self) -> tuple[str, ...]:
        """The series that this text waits for."""
        return tuple(dict.fromkeys(each.measured.series for each in self.figures if isinstance(each.measured, NotYet)))

    def rewritten(self, write: Callable[[Bound], str]) -> str:
        """The text with each figure as `write` says it."""
        parts, end = [], 0
        for each in self.figures:
            parts += [self.body[end : each.place.start], write(each)]
            end = each.place.end
        return "".join([*parts, self.body[end:]])

    def approved(self) -> tuple[Approved, ...]:
        """Its figures as they are now, each once."""
        return tuple({str(each.call): Approved.of(str(each.call), each.measured) for each in self.figures}.values())


@dataclass(frozen=True)
class Desk:
    """Reads articles of some studies over what is published."""

    studies: Mapping[str, Study]
    published: Published

    def read(self, path: Path, *, against_approval: bool = True) -> Article:
        """The article, all its figures measured. Raises FaultyArticle and NotAnArticle."""
        source = path.read_text("utf-8")
        body, front = get_data(source)
        study = self._study(path, front)
        # The lines that the front matter takes, so that messages name those of the file.
        above = source.count("\n") - body.count("\n")
        wave = str(front.get("wave") or study.waves[-1].id)
        approval = read_approval(path) if against_approval else None
        reading = _Reading(_shown(path), above, Binder(study, wave, self.published), approval)
        figures = tuple(reading.figures(body))
        if reading.faults:
            raise FaultyArticle(tuple(reading.faults))
        return Article(study, reading.file, body, figures, approval is not None)

    def _study(self, path: Path, front: Mapping[str, object]) -> Study:
        named = front.get("study")
        if named in self.studies:
            return self.studies[str(named)]
        raise NotAnArticle(
            f"{_shown(path)}: the front matter must name the study whose figures it quotes: `study: "
            f"{next(iter(self.studies), 'my-study')}`; it says {named!r}"
        )


class _Reading:
    """One reading of a text, which goes on after a fault."""

    def __init__(self, file: str, above: int, binder: Binder, approval: Mapping[str, Approved] | None) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self._above = above
        self._binder = binder
        self._approval = approval

    def figures(self, body: str) -> Iterator[Bound]:
        for place in places(body):
            try:
                call = call_at(place)
                measured = self._binder.measure(call)
                self._refuse_change(call, measured)
                yield Bound(place, call, measured)
            except Refusal as fault:
                self.faults.append(Fault(self.file, self._above + place.line, place.source, str(fault)))

    def _refuse_change(self, call: Call, measured: Measured) -> None:
        if self._approval is None or isinstance(measured, NotYet):
            return
        before = self._approval.get(str(call))
        if before is None:
            raise Unbound("it was added since the text was approved: read the text again, then `boucle approve`")
        before.refuse_change(Approved.of(str(call), measured))


def _shown(path: Path) -> str:
    """A file as its author would type it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
