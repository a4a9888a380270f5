"""The figures that a person had under their eyes when they approved a text, kept beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from boucle.core.errors import BoucleError
from boucle.core.release.intervals import make_interval
from boucle.pages.articles.issues import UnboundFigure
from boucle.pages.articles.measured import MeasuredFigure, MeasuredNumber, Quotation, Subject, subjects_of

FORMAT = 1
APPROVAL_SUFFIX = ".approved.json"

KEPT_DECIMALS = 2
KEPT_ROUNDING = 0.005


class UnreadableApproval(BoucleError):
    """The file beside an article is not one that `boucle approve` wrote."""


@dataclass(frozen=True, slots=True)
class FigureSource:
    """Which data a figure came from."""

    questionnaire: str
    wave: str
    version: int
    release: int
    demonstration: bool

    @classmethod
    def of(cls, subject: Subject) -> FigureSource:
        """The release that a figure is taken from."""
        series, release = subject.release.series, subject.release
        return cls(series.questionnaire, series.wave, series.major, release.number, release.demonstration)


@dataclass(frozen=True, slots=True)
class ApprovedFigure:
    """One figure as it was approved."""

    figure: str
    sources: tuple[FigureSource, ...]
    value: float | None = None
    margin: float | None = None
    text: str | None = None

    @classmethod
    def of(cls, figure: str, measured: MeasuredFigure) -> ApprovedFigure:
        """A figure as it is now, numbers rounded as they are kept."""
        sources = tuple(FigureSource.of(subject) for subject in subjects_of(measured))
        match measured:
            case MeasuredNumber(value=value, margin=margin):
                kept = None if margin is None else round(margin, KEPT_DECIMALS)
                return cls(figure, sources, round(value, KEPT_DECIMALS), kept)
            case Quotation(verbatim=verbatim):
                return cls(figure, sources, text=verbatim.text)
            case _:
                return cls(figure, sources)

    def refuse_change(self, measured: MeasuredFigure) -> None:
        """Raises UnboundFigure when the text would say something else than what was approved."""
        now = ApprovedFigure.of(self.figure, measured)
        for before, after in zip(self.sources, now.sources, strict=True):
            _refuse_other_source(before, after)
        if self.text != now.text:
            raise UnboundFigure("this text has changed since it was approved: read it again, then `boucle approve`")
        if self.value is None or now.value is None or self.margin is None:
            return
        approved = make_interval(self.value, self.margin, _find_rounding(measured))
        if not approved.holds(now.value) or self.value * now.value < 0:
            raise UnboundFigure(
                f"it was {self.value:g} ± {self.margin:g} when the text was approved, and it is {now.value:g} now: "
                "read the text again, correct it, then `boucle approve`"
            )


def _find_rounding(measured: MeasuredFigure) -> float:
    """How far from its unrounded value a figure can be that is kept beside an article."""
    if not isinstance(measured, MeasuredNumber) or measured.figure is None:
        return KEPT_ROUNDING
    return max(KEPT_ROUNDING, measured.figure.rounding)


def _refuse_other_source(before: FigureSource, after: FigureSource) -> None:
    if (before.questionnaire, before.version) != (after.questionnaire, after.version):
        raise UnboundFigure(
            f"the text was approved with version {before.version} of {before.questionnaire}, and this figure is of "
            f"version {after.version}, whose series is another: say version={before.version}, or approve it again"
        )
    if before.demonstration != after.demonstration:
        then, now = ("invented", "real") if before.demonstration else ("real", "invented")
        raise UnboundFigure(f"the text was approved with {then} answers, and these are {now}: approve it again")
    if after.release < before.release and before.wave == after.wave:
        raise UnboundFigure(
            f"the text was approved with release {before.release}, and the newest is {after.release}: "
            "the data were replaced. Restore them, or approve the text again"
        )


def approval_path(article: Path) -> Path:
    """Where the approved figures of an article stand: `article.approved.json`."""
    return article.with_name(article.stem + APPROVAL_SUFFIX)


def read_approval(article: Path) -> Mapping[str, ApprovedFigure] | None:
    """The approved figures of an article, or None when nobody approved it. Raises UnreadableApproval."""
    file = approval_path(article)
    if not file.exists():
        return None
    try:
        kept = json.loads(file.read_bytes())
        if kept["format"] != FORMAT:
            raise ValueError
        found = [
            ApprovedFigure(**{**entry, "sources": tuple(FigureSource(**source) for source in entry["sources"])})
            for entry in kept["figures"]
        ]
    except (ValueError, TypeError, KeyError):
        raise UnreadableApproval(f"{file} cannot be read: write it again with `boucle approve {article}`") from None
    return {approved.figure: approved for approved in found}


def build_approval_document(figures: Sequence[ApprovedFigure]) -> bytes:
    """The file that keeps these figures."""
    document = {"format": FORMAT, "figures": [_drop_missing(asdict(figure)) for figure in figures]}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _drop_missing(figure: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in figure.items() if value is not None}
