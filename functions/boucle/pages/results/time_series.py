"""Through time: the series of one questionnaire side by side, and where they go on, are mapped, or break.

A change is claimed only when the interval of the difference leaves no doubt, and never across a break.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.values import Value
from boucle.core.release.estimates import Interval, difference
from boucle.core.study.model import Study
from boucle.core.versions.causes import Cause
from boucle.core.versions.compare import Comparison, Fate, compare
from boucle.languages.catalogues import in_language, marked
from boucle.languages.number_format import Figures
from boucle.pages.results.document import Cell, Release, Shown, Table
from boucle.pages.results.labels import MODE, Labels
from boucle.pages.results.sentences import withheld

GOES_ON = frozenset({Fate.GOES_ON, Fate.MARKED, Fate.SAME, Fate.RECODED})

FIRST = 1
"""Of a ranking, how often each item came first is what is followed."""

WHY: Mapping[Cause, str] = {
    Cause.QUESTION_ADDED: marked("the question is new"),
    Cause.CHOICE_ADDED: marked("a choice was added, which earlier answers could not make"),
    Cause.INSTRUCTIONS: marked("the instructions changed"),
    Cause.REWORDED_THE_SAME: marked("the question was reworded, and means the same"),
    Cause.OBLIGATION_DROPPED: marked("the question can now be passed"),
    Cause.REWORDED: marked("the question was reworded"),
    Cause.CONCEPT: marked("the question measures something else"),
    Cause.TYPE: marked("answers are of another kind"),
    Cause.SCALE: marked("answers are measured otherwise"),
    Cause.SELECTION: marked("another number of choices can be combined"),
    Cause.CHOICE_REMOVED: marked("some answers can no longer be given"),
    Cause.OBLIGATION_ADDED: marked("those who passed must now answer"),
    Cause.BASE: marked("other people are asked"),
    Cause.DECLARED_BREAK: marked("its authors say that it no longer compares"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One answer through time: a published share for each moment, and what changed last, when that is certain."""

    label: str
    shares: tuple[str, ...]
    changed: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Moments that can be compared, and what was noted between them."""

    moments: tuple[str, ...]
    bases: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    broken: str
    """Why the stretch before it cannot be compared with it; empty for the first."""


@dataclass(frozen=True, slots=True)
class History:
    """One question through time."""

    anchor: str
    title: str
    audience: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Moment:
    """One release of the past or of today, with what its questions are called."""

    labels: Labels

    @property
    def release(self) -> Release:
        return self.labels.release

    @property
    def name(self) -> str:
        said = self.labels.words
        return said("%(wave)s, version %(major)s", wave=self.release.series.wave, major=self.release.series.major)


@dataclass(frozen=True, slots=True)
class Compared:
    """Versions of one questionnaire compared, each pair once."""

    made: dict[tuple[str, str], Comparison]

    def __call__(self, old: Questionnaire, new: Questionnaire) -> Comparison:
        pair = old.version, new.version
        if pair not in self.made:
            self.made[pair] = compare(old, new)
        return self.made[pair]


def histories(study: Study, releases: Sequence[Release], figures: Figures) -> tuple[History, ...]:
    """Every question of one questionnaire that was published more than once, or marked by a minor version.

    `releases` holds the newest of each series.
    """
    waves = list(study.waves_by_id)
    in_order = sorted(releases, key=lambda each: (waves.index(each.series.wave), each.series.major))
    moments = [Moment(Labels.of(study, each, figures)) for each in in_order]
    if not moments:
        return ()
    audience = in_language(study.audiences.get(moments[-1].release.series.questionnaire), figures.words.language)
    compared = Compared({})
    told = (_history(id, moments, audience, compared) for id in _questions(moments))
    return tuple(each for each in told if each is not None)


def _questions(moments: Sequence[Moment]) -> list[str]:
    """The questions of any moment, in today's order first."""
    return list(dict.fromkeys(id for each in reversed(moments) for id in each.release.by_question if id != MODE))


def _history(id: str, moments: Sequence[Moment], audience: str, compared: Compared) -> History | None:
    asked = [each for each in moments if id in each.release.by_question]
    stretches = tuple(_stretches(id, asked, compared))
    if len(asked) < 2 and not any(each.notes for each in stretches):
        return None
    last = asked[-1]
    anchor = f"{last.release.series.questionnaire}-{id.replace('.', '-')}-time"
    return History(anchor, last.labels.title(id), audience, stretches)


def _stretches(id: str, asked: Sequence[Moment], compared: Compared) -> Iterator[Stretch]:
    links = [_link(id, before, after, compared) for before, after in pairwise(asked)]
    numbers = [sum(fate not in GOES_ON for fate, _ in links[:at]) for at in range(len(asked))]
    for _, members in groupby(range(len(asked)), key=numbers.__getitem__):
        indexes = list(members)
        inside = [asked[at] for at in indexes]
        joins = [links[at - 1] for at in indexes[1:]]
        broken = links[indexes[0] - 1][1] if indexes[0] else ""
        noted = [note for _, note in joins if note]
        noted += [note for each in inside for note in _marks(id, each, compared)]
        yield _stretch(id, inside, noted, broken)


def _stretch(id: str, moments: Sequence[Moment], noted: Sequence[str], broken: str) -> Stretch:
    return Stretch(
        moments=tuple(each.name for each in moments),
        bases=tuple(_base(each, id) for each in moments),
        lines=tuple(_lines(id, moments)),
        notes=tuple(dict.fromkeys(noted)),
        broken=broken,
    )


def _base(moment: Moment, id: str) -> str:
    base = moment.release.by_question[id].base
    return "" if base is None else moment.labels.figures.number(base)


def _link(id: str, before: Moment, after: Moment, compared: Compared) -> tuple[Fate, str]:
    """What became of a question between two series, and why, in words; no words where nothing changed."""
    comparison = compared(before.labels.questionnaire, after.labels.questionnaire)
    fate = comparison.fates.get(id, Fate.GOES_ON)
    return fate, "" if fate is Fate.GOES_ON else _reason(id, comparison, after)


def _marks(id: str, moment: Moment, compared: Compared) -> Iterator[str]:
    """What minor versions changed inside one series."""
    for newer, older in pairwise(moment.labels.versions):
        comparison = compared(older, newer)
        if comparison.fates.get(id) in (Fate.MARKED, Fate.STARTS):
            yield moment.labels.words(
                "Since version %(version)s: %(reason)s.", version=newer.version, reason=_causes(id, comparison, moment)
            )


def _reason(id: str, comparison: Comparison, moment: Moment) -> str:
    """Its authors' own reason where they gave one, else what changed."""
    continuity = comparison.new.by_id[id].continuity if id in comparison.new.by_id else None
    if continuity is not None and continuity != _continuity(comparison.old, id):
        return moment.labels.words_of(continuity.reason)
    causes = _causes(id, comparison, moment)
    return causes[:1].upper() + causes[1:] + "." if causes else ""


def _continuity(version: Questionnaire, id: str) -> object:
    return version.by_id[id].continuity if id in version.by_id else None


def _causes(id: str, comparison: Comparison, moment: Moment) -> str:
    """The weightiest changes of one question, in words."""
    mine = [change for change in comparison.changes if change.question == id and change.cause in WHY]
    weightiest = max((change.bump for change in mine), default=None)
    said = moment.labels.words
    return ", ".join(dict.fromkeys(said(WHY[each.cause]) for each in mine if each.bump == weightiest))


def _lines(id: str, moments: Sequence[Moment]) -> Iterator[Line]:
    newest = moments[-1]
    table = newest.release.by_question[id]
    for cell in (each for each in table.cells if each.values[1:] in ((), (FIRST,))):
        cells = [_same(cell.values, moment, newest, id) for moment in moments]
        yield Line(
            label=newest.labels.value(id, cell.values[0]),
            shares=tuple(_share(each, moment.labels.figures) for each, moment in zip(cells, moments, strict=True)),
            changed=_changed(cells, newest.labels.figures),
        )


def _same(values: tuple[Value | None, ...], moment: Moment, newest: Moment, id: str) -> Cell | None:
    """The cell of another moment that stands for the same answers; None when it had none, or several."""
    table: Table = moment.release.by_question[id]
    recoded = _recodes(moment, newest, id)
    found = [each for each in table.cells if tuple(recoded.get(value, value) for value in each.values) == values]
    # Several old answers that became one have no published margin together: none is made up.
    return found[0] if len(found) == 1 else None


def _recodes(moment: Moment, newest: Moment, id: str) -> dict[Value | None, Value]:
    old, new = moment.labels.questionnaire.by_id.get(id), newest.labels.questionnaire.by_id.get(id)
    if old is None or new is None or new.continuity is None or new.continuity == old.continuity:
        return {}
    return {before: after for before, after in new.continuity.recode.items()}  # noqa: C416  # other types


def _share(cell: Cell | None, figures: Figures) -> str:
    if cell is None:
        return "–"
    if not isinstance(cell.published, Shown):
        return withheld(cell.published, figures, cell.below)
    return f"{figures.percent(cell.published.share)} {figures.margin(cell.published.margin)}"


def _changed(cells: Sequence[Cell | None], figures: Figures) -> str:
    """What is certain of the last step, in points."""
    if len(cells) < 2:
        return ""
    before, after = (each.published if each else None for each in cells[-2:])
    if not isinstance(before, Shown) or not isinstance(after, Shown):
        return ""
    step = difference(_interval(after), _interval(before))
    if step.low <= 0 <= step.high:
        return ""
    message = marked("up by %(points)s") if step.estimate > 0 else marked("down by %(points)s")
    points = abs(after.share - before.share)
    return figures.words(message, points=figures.words("%(number)s points", number=figures.number(points)))


def _interval(published: Shown) -> Interval:
    return Interval(published.share / 100, published.low / 100, published.high / 100)
