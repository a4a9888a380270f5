"""Binds the figures of a text to what is published of one study."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from boucle.core.release.estimates import difference
from boucle.core.study.model import Series, Study
from boucle.pages.articles.calls import Call
from boucle.pages.articles.faults import Unbound
from boucle.pages.articles.measured import Chart, Measured, NotYet, Number, Quotation, Subject, Unit
from boucle.pages.articles.published import Published
from boucle.pages.results.document import Cell, Estimated, Measure, Release, Shown, Table, Withheld
from boucle.pages.results.gaps import around, interval_of

SILENCE = {
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
    published: Published

    def measure(self, call: Call) -> Measured:
        """What the data say. Raises Unbound; UnreadableRelease and NoPublishedData where data are out of reach."""
        makers: dict[str, Callable[..., Measured]] = {
            "share": self._share,
            "base": self._base,
            "mean": self._mean,
            "difference": self._difference,
            "chart": self._chart,
            "verbatim": self._verbatim,
        }
        maker = makers[call.name]
        try:
            inspect.signature(maker).bind(*call.arguments, **call.options)
        except TypeError as error:
            raise Unbound(f"{error}: write it as {USAGE[call.name]}") from None
        return maker(*call.arguments, **call.options)

    def _share(
        self, questionnaire: object, question: object, *value: object,
        at_least: object = None, wave: object = None, version: object = None,
    ) -> Measured:  # fmt: skip
        if len(value) != (0 if at_least is not None else 1):
            raise Unbound("a share is of one answer: give one value, or at_least=8")
        release = self._release(questionnaire, wave, version)
        if isinstance(release, NotYet):
            return release
        table = _table(release, question)
        if at_least is not None:
            return _of_estimate(release, table, "share_at_least", at_least)
        return _of_cell(release, table, _cell(table, value[0]))

    def _base(
        self, questionnaire: object, question: object = None, *, wave: object = None, version: object = None
    ) -> Measured:
        release = self._release(questionnaire, wave, version)
        if isinstance(release, NotYet):
            return release
        if question is None:
            return Number(subjects=(Subject(release),), unit=Unit.PEOPLE, value=release.respondents)
        table = _table(release, question)
        if table.base is None:
            raise Unbound(SILENCE[table.withheld or Withheld.BASE_TOO_SMALL])
        return Number(subjects=(Subject(release, table.questions[0]),), unit=Unit.PEOPLE, value=table.base)

    def _mean(
        self, questionnaire: object, question: object, *, wave: object = None, version: object = None
    ) -> Measured:
        release = self._release(questionnaire, wave, version)
        return release if isinstance(release, NotYet) else _of_estimate(release, _table(release, question), "mean")

    def _difference(self, first: object, second: object) -> Measured:
        if not isinstance(first, Call) or not isinstance(second, Call):
            raise Unbound("a difference is of two figures: difference(share(...), share(...))")
        one, other = self.measure(first), self.measure(second)
        for each in (one, other):
            if isinstance(each, NotYet):
                return each
        if not isinstance(one, Number) or not isinstance(other, Number) or one.unit is not other.unit:
            raise Unbound("a difference is of two shares, or of two means")
        return _less(one, other)

    def _chart(
        self, questionnaire: object, question: object, *, wave: object = None, version: object = None
    ) -> Measured:
        release = self._release(questionnaire, wave, version)
        if isinstance(release, NotYet):
            return release
        table = _table(release, question)
        if table.withheld:
            raise Unbound(SILENCE[table.withheld])
        return Chart(Subject(release, table.questions[0]))

    def _verbatim(
        self, questionnaire: object, words: object, *, wave: object = None, version: object = None
    ) -> Measured:
        release = self._release(questionnaire, wave, version)
        if isinstance(release, NotYet):
            return release
        found = {each for each in self.published.verbatims(release.series) if each.text.startswith(str(words))}
        if not found:
            raise Unbound("this text is not published, or no longer: its author may have taken it back. Take it out")
        if len(found) > 1:
            raise Unbound(f"{len(found)} published texts begin with these words: write more of them")
        return Quotation(Subject(release), found.pop())

    def _release(self, questionnaire: object, wave: object, version: object) -> Release | NotYet:
        """The newest release of the wave: of the version said, else of the last version that has one."""
        found = self._series(questionnaire, self.wave if wave is None else str(wave), version)
        released = [release for each in reversed(found) if (release := self.published.latest(each)) is not None]
        return released[0] if released else NotYet(str(found[-1]))

    def _series(self, questionnaire: object, wave: str, version: object) -> list[Series]:
        if questionnaire not in self.study.counted_ids:
            known = ", ".join(self.study.counted_ids)
            raise Unbound(f"{self.study.id} has no questionnaire {questionnaire!r}: it has {known}")
        if wave not in self.study.waves_by_id:
            raise Unbound(f"{self.study.id} has no wave {wave!r}: it has {', '.join(self.study.waves_by_id)}")
        of_wave = [each for each in self.study.series if (each.questionnaire, each.wave) == (questionnaire, wave)]
        found = [each for each in of_wave if version is None or each.major == version]
        if not found:
            majors = ", ".join(str(each.major) for each in of_wave) or "none"
            raise Unbound(f"wave {wave} of {questionnaire} has no version {version}: its versions are {majors}")
        return sorted(found)


def _table(release: Release, question: object) -> Table:
    table = release.by_question.get(str(question))
    if table is None:
        raise Unbound(
            f"release {release.number} of {release.series} has no question {question!r}: "
            f"it has {', '.join(release.by_question)}"
        )
    return table


def _cell(table: Table, value: object) -> Cell:
    for cell in table.cells:
        if cell.values == (value,) and type(cell.values[0]) is type(value):
            return cell
    known = ", ".join(repr(cell.values[0]) for cell in table.cells if len(cell.values) == 1)
    raise Unbound(f"{table.questions[0]} has no answer {value!r}: it has {known or 'no single answers'}")


def _of_cell(release: Release, table: Table, cell: Cell) -> Number:
    if not isinstance(cell.published, Shown):
        raise Unbound(SILENCE[cell.published])
    shown, base = cell.published, cell.base or table.base
    return Number(
        subjects=(Subject(release, table.questions[0], cell.values[0], is_of_value=True),),
        unit=Unit.PERCENT,
        value=shown.share,
        margin=shown.margin,
        base=base,
        interval=interval_of(shown, base),
    )


def _of_estimate(release: Release, table: Table, name: str, threshold: object = None) -> Number:
    published = _estimate(table, name, threshold).published
    if not isinstance(published, Measure):
        raise Unbound(SILENCE[published])
    unit, scale = (Unit.PERCENT, 100) if name == "share_at_least" else (Unit.MARK, 1)
    at_least = threshold if isinstance(threshold, int) else None
    return Number(
        subjects=(Subject(release, table.questions[0], at_least=at_least),),
        unit=unit,
        value=published.value,
        margin=published.margin,
        base=table.base,
        interval=around(published.value / scale, published.margin / scale),
    )


def _estimate(table: Table, name: str, threshold: object) -> Estimated:
    for each in table.estimates:
        if each.name == name and each.threshold == threshold:
            return each
    said = name if threshold is None else f"{name} {threshold}"
    raise Unbound(f"{table.questions[0]} does not publish {said}: declare it in its `estimates`, in a new version")


def _less(one: Number, other: Number) -> Number:
    """Their difference, which the data must allow to claim."""
    if one.interval is None or other.interval is None:
        raise Unbound("a difference is of two shares, or of two means")
    series = [each.release.series for number in (one, other) for each in number.subjects]
    if series[0] == series[1]:
        raise Unbound("these two figures come from the same people: their difference has no published margin")
    scale, unit = (100, Unit.POINTS) if one.unit is Unit.PERCENT else (1, Unit.MARKS)
    between = difference(one.interval, other.interval)
    if between.low <= 0 <= between.high:
        raise Unbound(INCONCLUSIVE.format(low=round(scale * between.low, 1), high=round(scale * between.high, 1)))
    return Number(
        subjects=(*one.subjects, *other.subjects),
        unit=unit,
        value=scale * between.estimate,
        margin=scale * between.margin,
        interval=between,
    )
