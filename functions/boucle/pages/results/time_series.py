"""Through time: the series of one questionnaire side by side, and where they go on, are mapped, or break.

A change is claimed only when the interval of the difference leaves no doubt, and never across a break.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.values import Value
from boucle.core.release.compare import Verdict, difference
from boucle.core.release.model import PublishedCell, PublishedTable, Release, Shown
from boucle.core.study.model import Study
from boucle.core.versions.causes import Cause
from boucle.core.versions.compare import Comparison, Fate, compare
from boucle.languages.catalogues import gettext_noop, in_language
from boucle.languages.number_format import NumberFormatter
from boucle.pages.results.labels import MODE, Labels
from boucle.pages.results.sentences import describe_withheld

CONTINUING_FATES = frozenset({Fate.GOES_ON, Fate.MARKED, Fate.SAME, Fate.RECODED})

FIRST_RANK = 1
"""Of a ranking, how often each item came first is what is followed."""

CAUSE_MESSAGES: Mapping[Cause, str] = {
    Cause.QUESTION_ADDED: gettext_noop("the question is new"),
    Cause.CHOICE_ADDED: gettext_noop("a choice was added, which earlier answers could not make"),
    Cause.INSTRUCTIONS: gettext_noop("the instructions changed"),
    Cause.REWORDED_THE_SAME: gettext_noop("the question was reworded, and means the same"),
    Cause.OBLIGATION_DROPPED: gettext_noop("the question can now be passed"),
    Cause.REWORDED: gettext_noop("the question was reworded"),
    Cause.CONCEPT: gettext_noop("the question measures something else"),
    Cause.TYPE: gettext_noop("answers are of another kind"),
    Cause.SCALE: gettext_noop("answers are measured otherwise"),
    Cause.SELECTION: gettext_noop("another number of choices can be combined"),
    Cause.CHOICE_REMOVED: gettext_noop("some answers can no longer be given"),
    Cause.OBLIGATION_ADDED: gettext_noop("those who passed must now answer"),
    Cause.BASE: gettext_noop("other people are asked"),
    Cause.DECLARED_BREAK: gettext_noop("its authors say that it no longer compares"),
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One answer through time: a published share for each moment, and what changed last, when that is certain."""

    label: str
    shares: tuple[str, ...]
    changed: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Moments that can be compared, and what was noted between them."""

    moments: tuple[str, ...]
    bases: tuple[str, ...]
    lines: tuple[HistoryLine, ...]
    notes: tuple[str, ...]
    broken: str
    """Why the stretch before it cannot be compared with it; empty for the first."""


@dataclass(frozen=True, slots=True)
class QuestionHistory:
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
        """The release itself."""
        return self.labels.release

    @property
    def name(self) -> str:
        """What to call it: its wave and its version."""
        translate = self.labels.translate
        return translate("%(wave)s, version %(major)s", wave=self.release.series.wave, major=self.release.series.major)


@dataclass(frozen=True, slots=True)
class ComparisonCache:
    """Versions of one questionnaire compared, each pair once."""

    comparisons: dict[tuple[str, str], Comparison]

    def __call__(self, old: Questionnaire, new: Questionnaire) -> Comparison:
        pair = old.version, new.version
        if pair not in self.comparisons:
            self.comparisons[pair] = compare(old, new)
        return self.comparisons[pair]


def build_histories(
    study: Study, releases: Sequence[Release], formatter: NumberFormatter
) -> tuple[QuestionHistory, ...]:
    """Every question of one questionnaire that was published more than once, or marked by a minor version.

    `releases` holds the newest of each series.
    """
    waves = list(study.waves_by_id)
    in_order = sorted(releases, key=lambda release: (waves.index(release.series.wave), release.series.major))
    moments = [Moment(Labels.of(study, release, formatter)) for release in in_order]
    if not moments:
        return ()
    audience = in_language(study.audiences.get(moments[-1].release.series.questionnaire), formatter.translate.language)
    comparisons = ComparisonCache({})
    built = (_build_history(id, moments, audience, comparisons) for id in _list_questions(moments))
    return tuple(history for history in built if history is not None)


def _list_questions(moments: Sequence[Moment]) -> list[str]:
    """The questions of any moment, in today's order first."""
    return list(dict.fromkeys(id for moment in reversed(moments) for id in moment.release.by_question if id != MODE))


def _build_history(
    id: str, moments: Sequence[Moment], audience: str, comparisons: ComparisonCache
) -> QuestionHistory | None:
    asked = [moment for moment in moments if id in moment.release.by_question]
    stretches = tuple(_split_stretches(id, asked, comparisons))
    if len(asked) < 2 and not any(stretch.notes for stretch in stretches):
        return None
    last = asked[-1]
    anchor = f"{last.release.series.questionnaire}-{id.replace('.', '-')}-time"
    return QuestionHistory(anchor, last.labels.title(id), audience, stretches)


def _split_stretches(id: str, moments: Sequence[Moment], comparisons: ComparisonCache) -> Iterator[Stretch]:
    links = [_link_moments(id, before, after, comparisons) for before, after in pairwise(moments)]
    numbers = [sum(fate not in CONTINUING_FATES for fate, _ in links[:at]) for at in range(len(moments))]
    for _, members in groupby(range(len(moments)), key=numbers.__getitem__):
        indexes = list(members)
        inside = [moments[at] for at in indexes]
        joins = [links[at - 1] for at in indexes[1:]]
        broken = links[indexes[0] - 1][1] if indexes[0] else ""
        notes = [note for _, note in joins if note]
        notes += [note for moment in inside for note in _describe_minor_changes(id, moment, comparisons)]
        yield _build_stretch(id, inside, notes, broken)


def _build_stretch(id: str, moments: Sequence[Moment], notes: Sequence[str], broken: str) -> Stretch:
    return Stretch(
        moments=tuple(moment.name for moment in moments),
        bases=tuple(_format_base(moment, id) for moment in moments),
        lines=tuple(_build_lines(id, moments)),
        notes=tuple(dict.fromkeys(notes)),
        broken=broken,
    )


def _format_base(moment: Moment, id: str) -> str:
    return moment.labels.formatter.format_number(moment.release.by_question[id].base)


def _link_moments(id: str, before: Moment, after: Moment, comparisons: ComparisonCache) -> tuple[Fate, str]:
    """What became of a question between two series, and why, in words; no words where nothing changed."""
    comparison = comparisons(before.labels.questionnaire, after.labels.questionnaire)
    fate = comparison.fates.get(id, Fate.GOES_ON)
    return fate, "" if fate is Fate.GOES_ON else _describe_reason(id, comparison, after)


def _describe_minor_changes(id: str, moment: Moment, comparisons: ComparisonCache) -> Iterator[str]:
    """What minor versions changed inside one series."""
    for newer, older in pairwise(moment.labels.versions):
        comparison = comparisons(older, newer)
        if comparison.fates.get(id) in (Fate.MARKED, Fate.STARTS):
            yield moment.labels.translate(
                "Since version %(version)s: %(reason)s.",
                version=newer.version,
                reason=_describe_causes(id, comparison, moment),
            )


def _describe_reason(id: str, comparison: Comparison, moment: Moment) -> str:
    """Its authors' own reason where they gave one, else what changed."""
    continuity = comparison.new.by_id[id].continuity if id in comparison.new.by_id else None
    if continuity is not None and continuity != _continuity_of(comparison.old, id):
        return moment.labels.plain_text_of(continuity.reason)
    causes = _describe_causes(id, comparison, moment)
    return causes[:1].upper() + causes[1:] + "." if causes else ""


def _continuity_of(version: Questionnaire, id: str) -> object:
    return version.by_id[id].continuity if id in version.by_id else None


def _describe_causes(id: str, comparison: Comparison, moment: Moment) -> str:
    """The weightiest changes of one question, in words."""
    mine = [change for change in comparison.changes if change.question == id and change.cause in CAUSE_MESSAGES]
    weightiest = max((change.bump for change in mine), default=None)
    translate = moment.labels.translate
    return ", ".join(
        dict.fromkeys(translate(CAUSE_MESSAGES[candidate.cause]) for candidate in mine if candidate.bump == weightiest)
    )


def _build_lines(id: str, moments: Sequence[Moment]) -> Iterator[HistoryLine]:
    newest = moments[-1]
    table = newest.release.by_question[id]
    for cell in (candidate for candidate in table.cells if candidate.values[1:] in ((), (FIRST_RANK,))):
        cells = [_find_same_cell(cell.values, moment, newest, id) for moment in moments]
        yield HistoryLine(
            label=newest.labels.value(id, cell.values[0]),
            shares=tuple(
                _format_share(counterpart, moment.labels.formatter)
                for counterpart, moment in zip(cells, moments, strict=True)
            ),
            changed=describe_change(cells, newest.labels.formatter),
        )


def _find_same_cell(values: tuple[Value | None, ...], moment: Moment, newest: Moment, id: str) -> PublishedCell | None:
    """The cell of another moment that stands for the same answers; None when it had none, or several."""
    table: PublishedTable = moment.release.by_question[id]
    recoded = _recodes_of(moment, newest, id)
    found = [cell for cell in table.cells if tuple(recoded.get(value, value) for value in cell.values) == values]
    # Several old answers that became one have no published margin together: none is made up.
    return found[0] if len(found) == 1 else None


def _recodes_of(moment: Moment, newest: Moment, id: str) -> dict[Value | None, Value]:
    old, new = moment.labels.questionnaire.by_id.get(id), newest.labels.questionnaire.by_id.get(id)
    if old is None or new is None or new.continuity is None or new.continuity == old.continuity:
        return {}
    return {before: after for before, after in new.continuity.recode.items()}  # noqa: C416  # other types


def _format_share(cell: PublishedCell | None, formatter: NumberFormatter) -> str:
    if cell is None:
        return "–"
    if not isinstance(cell.published, Shown):
        return describe_withheld(cell.published, formatter, cell.below)
    return f"{formatter.format_percent(cell.published.share)} {formatter.format_margin(cell.published.margin)}"


def describe_change(cells: Sequence[PublishedCell | None], formatter: NumberFormatter) -> str:
    """What is certain of the last step, in points; empty where nothing is, or there is none.

    `cells` has the cell of one answer at each moment, oldest first, and None where there was none.
    """
    if len(cells) < 2:
        return ""
    before, after = (cell.published if cell else None for cell in cells[-2:])
    if not isinstance(before, Shown) or not isinstance(after, Shown):
        return ""
    step = difference(after.measure, before.measure)
    if step.verdict is Verdict.CANNOT_TELL:
        return ""
    message = CHANGE_MESSAGES[step.verdict]
    points = formatter.translate("%(number)s points", number=formatter.format_number(abs(step.value)))
    return formatter.translate(message, points=points)


CHANGE_MESSAGES: Mapping[Verdict, str] = {
    Verdict.HIGHER: gettext_noop("up by %(points)s"),
    Verdict.LOWER: gettext_noop("down by %(points)s"),
}
