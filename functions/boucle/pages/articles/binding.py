"""Binds the figures of a text to what is published of one study."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from boucle.core.release.compare import difference
from boucle.core.release.intervals import PublishedMeasure
from boucle.core.release.model import PublishedCell, PublishedEstimate, PublishedTable, Release, Shown, Withheld
from boucle.core.study.model import Series, Study
from boucle.pages.articles.calls import Call
from boucle.pages.articles.issues import UnboundFigure
from boucle.pages.articles.measured import Chart, MeasuredFigure, MeasuredNumber, NotYet, Quotation, Subject, Unit
from boucle.pages.articles.published import PublishedData

WITHHELD_ADVICE = {
    Withheld.BELOW_THRESHOLD: "fewer than 5 people gave this answer: it is not published. Write it without a number",
    Withheld.BASE_TOO_SMALL: "fewer than 20 people were asked: it is not published. Write it without a number",
    Withheld.NOT_YET: "this figure is not published yet: write it later",
}
USAGE = {
    "share": 'share("questionnaire", "question", "value"), or with at_least=8 in place of the value',
    "base": 'base("questionnaire"), or base("questionnaire", "question")',
    "mean": 'mean("questionnaire", "question")',
    "difference": "difference(share(...), share(...))",
    "chart": 'chart("questionnaire", "question")',
    "verbatim": 'verbatim("questionnaire", "The first words of the text")',
}
"""All but a difference also take wave="2026" and version=1."""
INCONCLUSIVE = (
    "this difference could be chance: its interval, from {low} to {high}, holds zero. Do not claim it in the text"
)


@dataclass(frozen=True)
class Binder:
    """Measures the figures of one article."""

    study: Study
    wave: str
    published: PublishedData

    def measure(self, call: Call) -> MeasuredFigure:
        """What the data say. Raises UnboundFigure; UnreadableRelease and NoPublishedData where there are no data."""
        makers: dict[str, Callable[..., MeasuredFigure]] = {
            "share": self._measure_share,
            "base": self._measure_base,
            "mean": self._measure_mean,
            "difference": self._measure_difference,
            "chart": self._find_chart,
            "verbatim": self._find_verbatim,
        }
        maker = makers[call.name]
        try:
            inspect.signature(maker).bind(*call.arguments, **call.options)
        except TypeError as error:
            raise UnboundFigure(f"{error}: write it as {USAGE[call.name]}") from None
        return maker(*call.arguments, **call.options)

    def _measure_share(
        self, questionnaire: object, question: object, *value: object,
        at_least: object = None, wave: object = None, version: object = None,
    ) -> MeasuredFigure:  # fmt: skip
        if len(value) != (0 if at_least is not None else 1):
            raise UnboundFigure("a share is of one answer: give one value, or at_least=8")
        release = self._find_release(questionnaire, wave, version)
        if isinstance(release, NotYet):
            return release
        table = _find_table(release, question)
        if at_least is not None:
            return _measure_estimate(release, table, "share_at_least", at_least)
        return _measure_cell(release, table, _find_cell(table, value[0]))

    def _measure_base(
        self, questionnaire: object, question: object = None, *, wave: object = None, version: object = None
    ) -> MeasuredFigure:
        release = self._find_release(questionnaire, wave, version)
        if isinstance(release, NotYet):
            return release
        if question is None:
            return MeasuredNumber(subjects=(Subject(release),), unit=Unit.PEOPLE, value=release.respondents)
        table = _find_table(release, question)
        return MeasuredNumber(subjects=(Subject(release, table.questions[0]),), unit=Unit.PEOPLE, value=table.base)

    def _measure_mean(
        self, questionnaire: object, question: object, *, wave: object = None, version: object = None
    ) -> MeasuredFigure:
        release = self._find_release(questionnaire, wave, version)
        return (
            release
            if isinstance(release, NotYet)
            else _measure_estimate(release, _find_table(release, question), "mean")
        )

    def _measure_difference(self, first: object, second: object) -> MeasuredFigure:
        if not isinstance(first, Call) or not isinstance(second, Call):
            raise UnboundFigure("a difference is of two figures: difference(share(...), share(...))")
        one, other = self.measure(first), self.measure(second)
        for measured in (one, other):
            if isinstance(measured, NotYet):
                return measured
        if not isinstance(one, MeasuredNumber) or not isinstance(other, MeasuredNumber) or one.unit is not other.unit:
            raise UnboundFigure("a difference is of two shares, or of two means")
        return subtract(one, other)

    def _find_chart(
        self, questionnaire: object, question: object, *, wave: object = None, version: object = None
    ) -> MeasuredFigure:
        release = self._find_release(questionnaire, wave, version)
        if isinstance(release, NotYet):
            return release
        table = _find_table(release, question)
        if table.withheld:
            raise UnboundFigure(WITHHELD_ADVICE[table.withheld])
        return Chart(Subject(release, table.questions[0]))

    def _find_verbatim(
        self, questionnaire: object, words: object, *, wave: object = None, version: object = None
    ) -> MeasuredFigure:
        release = self._find_release(questionnaire, wave, version)
        if isinstance(release, NotYet):
            return release
        found = {
            verbatim
            for verbatim in self.published.read_verbatims(release.series)
            if verbatim.text.startswith(str(words))
        }
        if not found:
            raise UnboundFigure(
                "this text is not published, or no longer: its author may have taken it back. Take it out"
            )
        if len(found) > 1:
            raise UnboundFigure(f"{len(found)} published texts begin with these words: write more of them")
        return Quotation(Subject(release), found.pop())

    def _find_release(self, questionnaire: object, wave: object, version: object) -> Release | NotYet:
        """The newest release of the wave: of the version said, else of the last version that has one."""
        found = self._find_series(questionnaire, self.wave if wave is None else str(wave), version)
        released = [release for series in reversed(found) if (release := self.published.latest(series)) is not None]
        return released[0] if released else NotYet(str(found[-1]))

    def _find_series(self, questionnaire: object, wave: str, version: object) -> list[Series]:
        if questionnaire not in self.study.counted_ids:
            known = ", ".join(self.study.counted_ids)
            raise UnboundFigure(f"{self.study.id} has no questionnaire {questionnaire!r}: it has {known}")
        if wave not in self.study.waves_by_id:
            raise UnboundFigure(f"{self.study.id} has no wave {wave!r}: it has {', '.join(self.study.waves_by_id)}")
        of_wave = [
            series for series in self.study.series if (series.questionnaire, series.wave) == (questionnaire, wave)
        ]
        found = [series for series in of_wave if version is None or series.major == version]
        if not found:
            majors = ", ".join(str(series.major) for series in of_wave) or "none"
            raise UnboundFigure(f"wave {wave} of {questionnaire} has no version {version}: its versions are {majors}")
        return sorted(found)


def _find_table(release: Release, question: object) -> PublishedTable:
    table = release.by_question.get(str(question))
    if table is None:
        raise UnboundFigure(
            f"release {release.number} of {release.series} has no question {question!r}: "
            f"it has {', '.join(release.by_question)}"
        )
    return table


def _find_cell(table: PublishedTable, value: object) -> PublishedCell:
    for cell in table.cells:
        if cell.values == (value,) and type(cell.values[0]) is type(value):
            return cell
    known = ", ".join(repr(cell.values[0]) for cell in table.cells if len(cell.values) == 1)
    raise UnboundFigure(f"{table.questions[0]} has no answer {value!r}: it has {known or 'no single answers'}")


def _measure_cell(release: Release, table: PublishedTable, cell: PublishedCell) -> MeasuredNumber:
    if not isinstance(cell.published, Shown):
        raise UnboundFigure(WITHHELD_ADVICE[cell.published])
    return MeasuredNumber(
        subjects=(Subject(release, table.questions[0], cell.values[0], is_of_value=True),),
        unit=Unit.PERCENT,
        value=cell.published.share,
        base=cell.base or table.base,
        figure=cell.published.measure,
    )


def _measure_estimate(release: Release, table: PublishedTable, name: str, threshold: object = None) -> MeasuredNumber:
    published = _find_estimate(table, name, threshold).published
    if not isinstance(published, PublishedMeasure):
        raise UnboundFigure(WITHHELD_ADVICE[published])
    at_least = threshold if isinstance(threshold, int) else None
    return MeasuredNumber(
        subjects=(Subject(release, table.questions[0], at_least=at_least),),
        unit=Unit.PERCENT if name == "share_at_least" else Unit.MARK,
        value=published.value,
        base=table.base,
        figure=published,
    )


def _find_estimate(table: PublishedTable, name: str, threshold: object) -> PublishedEstimate:
    for estimate in table.estimates:
        if estimate.name == name and estimate.threshold == threshold:
            return estimate
    described = name if threshold is None else f"{name} {threshold}"
    raise UnboundFigure(
        f"{table.questions[0]} does not publish {described}: declare it in its `estimates`, in a new version"
    )


def subtract(one: MeasuredNumber, other: MeasuredNumber) -> MeasuredNumber:
    """Their difference. Raises UnboundFigure where the data do not allow to claim it."""
    if not isinstance(one.figure, PublishedMeasure) or not isinstance(other.figure, PublishedMeasure):
        raise UnboundFigure("a difference is of two shares, or of two means")
    series = [subject.release.series for number in (one, other) for subject in number.subjects]
    if series[0] == series[1]:
        raise UnboundFigure("these two figures come from the same people: their difference has no published margin")
    between = difference(one.figure, other.figure)
    if not between.is_certain:
        raise UnboundFigure(INCONCLUSIVE.format(low=between.interval.low, high=between.interval.high))
    return MeasuredNumber(
        subjects=(*one.subjects, *other.subjects),
        unit=Unit.POINTS if one.unit is Unit.PERCENT else Unit.MARKS,
        value=between.value,
        figure=between,
    )
