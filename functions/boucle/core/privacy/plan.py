"""The plan of a series: its tables over their full declared domain, and what they reveal at most of one person.

Several minor versions share one plan: a version that does not have a question, or a choice, counts as "not asked".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from boucle.core.canonical import to_canonical_json
from boucle.core.errors import BoucleError
from boucle.core.privacy.sensitivity import Group, sensitivities
from boucle.core.privacy.structural_zeros import Fact, Holding, PossibleFacts
from boucle.core.privacy.tables import (
    MODE,
    MODES,
    Cell,
    Counting,
    Outcome,
    Plan,
    PlannedQuestion,
    Special,
    Table,
    build_plan_document,
)
from boucle.core.questionnaire.model import Closed, Multiple, Number, Question, Questionnaire, Ranking, Rating
from boucle.core.questionnaire.values import DONT_KNOW, Value

SCALES = frozenset({"rating", "number", "date", "yes_no"})
MAX_COUNT_BYTES = 11
"""The most that one count may take in an entry: nine digits, a sign and a comma."""


class UnusableCrosstab(BoucleError):
    """A cross-tab that no table can be made of."""


class VersionsDisagree(BoucleError):
    """Two minor versions of one series that cannot share a table."""


class NeverCounted(BoucleError):
    """What is said in interviews is read, and enters no table."""


class PlanChanged(BoucleError):
    """The plan of a series differs from the one that its first seal fixed, by more than a minor version adds."""


def plan(versions: Sequence[Questionnaire]) -> Plan:
    """The plan of these versions, oldest first. Raises UnusableCrosstab, VersionsDisagree or NeverCounted."""
    if any(version.is_guide for version in versions):
        raise NeverCounted(f"{versions[0].id} is a guide of interviews: its notes are read, and never counted")
    merged = _MergedVersions(tuple(versions))
    tables = [table for group in merged.groups for table in _make_tables(merged, group)]
    people = Plan(
        versions=tuple(version.version for version in versions),
        questions=tuple(_plan_questions(merged)),
        tables=tuple(tables),
    )
    return _add_mode(people) if merged.texts_each is None else _count_texts(people, merged.texts_each)


def _add_mode(people: Plan) -> Plan:
    mode = Table(questions=(MODE,), cells=tuple((value,) for value in MODES))
    question = PlannedQuestion(id=MODE, type="single", values=MODES, sensitivity=2)
    return replace(people, questions=(*people.questions, question), tables=(*people.tables, mode))


def _count_texts(texts: Plan, texts_each: int) -> Plan:
    """The same tables count texts: one person has as many in them, and what is revealed of a person adds up."""
    questions = tuple(replace(one, sensitivity=texts_each * one.sensitivity) for one in texts.questions)
    return replace(texts, questions=questions, texts_each=texts_each)


def max_entry_bytes(plan: Plan) -> int:
    """More bytes than any ledger entry of this plan takes: the plan, and twice its counts."""
    counts = sum(len(table.cells) for table in plan.tables)
    return (
        len(to_canonical_json(build_plan_document(plan)))
        + 2 * MAX_COUNT_BYTES * counts
        + 4 * MAX_COUNT_BYTES * len(plan.tables)
        + 2048
    )


def refuse_change(fixed: Plan, wanted: Plan) -> None:
    """Raise PlanChanged unless `wanted` only adds the tables and choices of a minor version to `fixed`."""
    changes = list(_find_changes(fixed, wanted))
    if changes:
        raise PlanChanged(
            f"the plan was fixed by the first seal of this series, and has changed since: {'; '.join(changes)}. "
            "Put it back, or publish the change as a new major version or in a new wave."
        )


def _find_changes(fixed: Plan, wanted: Plan) -> Iterator[str]:
    for version in fixed.versions:
        if version not in wanted.versions:
            yield f"version {version} is gone"
    types = {question.id: question for question in wanted.questions}
    for question in fixed.questions:
        if question.id in types and question.type in SCALES and _points(types[question.id]) != _points(question):
            yield f"the values of {question.id} are others"
    for table in fixed.tables:
        if table.key not in wanted.by_key:
            yield f"the table {table.name} is gone"
        elif not set(table.cells) <= set(wanted.by_key[table.key].cells):
            yield f"the table {table.name} has lost cells"


def _points(scale: Closed | PlannedQuestion) -> tuple[Value, ...]:
    """What it measures with: "I don't know" is a choice beside it, which a minor version may add."""
    return tuple(value for value in scale.values if value != DONT_KNOW)


@dataclass(frozen=True)
class _MergedVersions:
    """The versions of a series seen as one questionnaire."""

    versions: tuple[Questionnaire, ...]

    @property
    def texts_each(self) -> int | None:
        return self.versions[-1].texts_each

    @cached_property
    def possible_facts(self) -> tuple[PossibleFacts, ...]:
        """What each version makes possible."""
        return tuple(PossibleFacts(version) for version in self.versions)

    @property
    def ids(self) -> tuple[str, ...]:
        """In the order of the newest version; what it no longer has comes last."""
        return tuple(
            dict.fromkeys(question.id for version in reversed(self.versions) for question in version.questions)
        )

    def states(self, id: str) -> tuple[Question, ...]:
        """The question as each version that has it asks it, newest first."""
        states = tuple(version.by_id[id] for version in reversed(self.versions) if id in version.by_id)
        if any(state.type != states[0].type for state in states):
            raise VersionsDisagree(f"{id} is of several types in one series: a new type needs a new major version")
        scales = {_points(state) for state in states if isinstance(state, Closed) and state.type != "single"}
        if len(scales) > 1:
            raise VersionsDisagree(f"{id} has several scales in one series: a new scale needs a new major version")
        return states

    def question(self, id: str) -> Question:
        return self.states(id)[0]

    def values(self, id: str) -> tuple[Value, ...]:
        """Every value that some version offers, in the newest version's order."""
        return tuple(dict.fromkeys(value for state in self.states(id) for value in _values(state)))

    def max_options(self, id: str) -> int:
        """The most options that one answer can hold, or the last rank that an item can have."""
        return max(_max_options(state) for state in self.states(id))

    def leaves_out(self, id: str, item: str) -> bool:
        """Whether some version's ranking can be answered without this item."""
        rankings = (state for state in self.states(id) if isinstance(state, Ranking))
        return any(item not in ranking.values or _max_options(ranking) < len(ranking.choices) for ranking in rankings)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The questions that are counted, each alone or with the one it is crossed with."""
        crossed = self._crossed
        partners = {id: pair for pair in crossed for id in pair}
        counted = (id for id in self.ids if _is_counted(self.question(id)))
        return tuple(dict.fromkeys(partners.get(id, (id,)) for id in counted))

    @property
    def _crossed(self) -> tuple[Group, ...]:
        pairs = tuple(dict.fromkeys(pair for version in self.versions for pair in version.publication.crosstabs))
        for pair in pairs:
            self._refuse_unusable(pair)
        entered = [id for pair in pairs for id in pair]
        for id in entered:
            if entered.count(id) > 1:
                raise UnusableCrosstab(f"{id} enters several cross-tabs: keep one, each adds to what a person reveals")
        return pairs

    def _refuse_unusable(self, pair: Group) -> None:
        for id in pair:
            if id not in self.ids:
                raise UnusableCrosstab(f"the cross-tab {' x '.join(pair)} names {id}, which no version asks")
        kinds = [self.question(id) for id in pair]
        if not all(isinstance(question, Closed | Multiple) for question in kinds) or not any(
            isinstance(question, Closed) for question in kinds
        ):
            raise UnusableCrosstab(
                f"the cross-tab {' x '.join(pair)} is not of two single choices, or of a single and a multiple one"
            )


def _values(question: Question) -> tuple[Value, ...]:
    return question.values if isinstance(question, Closed | Multiple | Ranking) else ()


def _max_options(question: Question) -> int:
    match question:
        case Multiple():
            return min(question.max_choices, len(question.choices))
        case Ranking():
            return min(question.top, len(question.choices))
        case _:
            return 1


def _is_counted(question: Question) -> bool:
    return bool(_values(question))


def _make_tables(merged: _MergedVersions, group: Group) -> Iterator[Table]:
    """The tables of one question, or of two crossed ones."""
    if isinstance(merged.question(group[0]), Ranking):
        yield from (_make_item_table(merged, group[0], str(item)) for item in merged.values(group[0]))
        return
    yield Table(
        questions=group, cells=_unwrap_holdings(_make_cells(merged, group, [_outcomes(merged, id) for id in group]))
    )
    if any(isinstance(merged.question(id), Multiple) for id in group):
        cells = _make_cells(merged, group, [_options(merged, id) for id in group])
        yield Table(questions=group, cells=_unwrap_holdings(cells), counting=Counting.OPTIONS)


def _make_item_table(merged: _MergedVersions, id: str, item: str) -> Table:
    ranks: list[Outcome] = list(range(1, merged.max_options(id) + 1))
    if merged.leaves_out(id, item):
        ranks.append(Special.NOT_RANKED)
    absences = _make_cells(merged, (id,), [[Special.NO_ANSWER, Special.NOT_ASKED]])
    return Table(questions=(id,), item=item, cells=(*((rank,) for rank in ranks), *_unwrap_holdings(absences)))


def _outcomes(merged: _MergedVersions, id: str) -> list[Fact]:
    multiple = isinstance(merged.question(id), Multiple)
    answered: Sequence[Fact] = [Special.ANSWERED] if multiple else merged.values(id)
    return [*answered, Special.NO_ANSWER, Special.NOT_ASKED]


def _options(merged: _MergedVersions, id: str) -> list[Fact]:
    """What is crossed in a table of options: the options themselves, or every outcome of the other question."""
    if isinstance(merged.question(id), Multiple):
        return [Holding(str(option)) for option in merged.values(id)]
    return _outcomes(merged, id)


def _make_cells(
    merged: _MergedVersions, group: Group, domains: Sequence[Sequence[Fact]]
) -> tuple[tuple[Fact, ...], ...]:
    """Every combination that some version may give."""
    return tuple(
        facts
        for facts in product(*domains)
        if any(possible.admit(dict(zip(group, facts, strict=True))) for possible in merged.possible_facts)
    )


def _unwrap_holdings(cells: Sequence[tuple[Fact, ...]]) -> tuple[Cell, ...]:
    return tuple(tuple(fact.option if isinstance(fact, Holding) else fact for fact in cell) for cell in cells)


def _plan_questions(merged: _MergedVersions) -> Iterator[PlannedQuestion]:
    """The questions that are counted, and those that only decide whether such questions are asked."""
    changes = sensitivities(merged.versions, merged.groups, merged.question, merged.max_options, merged.values)
    for id in merged.ids:
        question = merged.question(id)
        if _is_counted(question) or changes[id]:
            yield PlannedQuestion(
                id=id,
                type=question.type,
                values=merged.values(id),
                scores=_scores(question),
                estimates=question.estimates if isinstance(question, Closed) else (),
                sensitivity=changes[id],
            )


def _scores(question: Question) -> tuple[float | None, ...]:
    """What the values weigh in a mean: a rating itself, the middle of a number's bin."""
    match question:
        case Rating():
            return tuple(None if isinstance(value, str) else value for value in question.values)
        case Number():
            return tuple(_middles(question))
        case _:
            return ()


def _middles(question: Number) -> Iterator[float]:
    # The largest number of a bin is one unit of the last decimal below the next bin.
    unit = 10**-question.decimals
    lasts = [*(following - unit for following in question.bins[1:]), question.maximum]
    for first, last in zip(question.bins, lasts, strict=True):
        yield (first + last) / 2
