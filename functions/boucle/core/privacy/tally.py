"""Tallies: exact counts of one cohort. They live in memory between reading and noise, and nowhere else."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import compress, islice, product
from typing import Any, cast

from boucle.core.errors import BoucleError
from boucle.core.ports import Pending
from boucle.core.privacy.tables import MODE, Cell, Counting, Outcome, Plan, Special, Table
from boucle.core.questionnaire.model import Date, Multiple, Number, Question, Questionnaire
from boucle.core.questionnaire.routing import path, sources
from boucle.core.questionnaire.values import Answer, Answers

BATCH_SIZE = 250
"""Responses held at once: enough to count them together, few enough that Python looks for no garbage among them."""
MAX_DIFFERENT_ANSWERS = 10_000
"""Different answers to a question that are held, such as numbers, before they are put in their cells."""


class ImpossibleAnswer(BoucleError):
    """A stored response that falls in no cell of the plan: it was stored without being checked."""


class UnknownVersion(BoucleError):
    """A stored response names a version that has no file here: whoever deploys puts it back, and nothing is lost."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Exact counts, in the order of the plan's tables. Never printed, never stored."""

    size: int
    counts: tuple[tuple[int, ...], ...] = field(repr=False)


def tabulate(plan: Plan, versions: Mapping[str, Questionnaire], cohort: Iterable[Pending]) -> Tally:
    """Count a cohort in every table of the plan.

    Raises UnknownVersion, and ImpossibleAnswer, which never says the answer.
    """
    counting = _CohortCounter(plan, versions)
    size, waiting = 0, iter(cohort)
    while batch := list(islice(waiting, BATCH_SIZE)):
        size += len(batch)
        with _hide_answers():
            counting.add(batch)
    with _hide_answers():
        return Tally(size, counting.collect_counts())


def is_countable(plan: Plan, versions: Mapping[str, Questionnaire], response: Pending) -> bool:
    """Whether the response has its place in every table of the plan. Raises UnknownVersion."""
    try:
        tabulate(plan, versions, [response])
    except ImpossibleAnswer:
        return False
    return True


@contextmanager
def _hide_answers() -> Iterator[None]:
    """Whatever an answer breaks is an ImpossibleAnswer: the message of another error might hold the answer."""
    try:
        yield
    except BoucleError:
        raise
    except Exception as error:
        raise ImpossibleAnswer(
            f"a waiting response cannot be counted ({type(error).__name__}). Nothing was sealed."
        ) from None


class _CohortCounter:
    """Counts each different answer once, and then asks once in which cells it falls: not once for each response."""

    def __init__(self, plan: Plan, versions: Mapping[str, Questionnaire]) -> None:
        self._paths = {id: _ResponseGroups(plan, version) for id, version in versions.items()}
        self._rows = {table.key: [0] * len(table.cells) for table in plan.tables}

    def add(self, batch: Sequence[Pending]) -> None:
        versions, modes, answers = zip(*batch, strict=True)
        for version in set(versions):
            if version not in self._paths:
                raise UnknownVersion(
                    f"a waiting response names version {version}, which is not in this series: put its file back"
                )
            paths = self._paths[version]
            its = [candidate == version for candidate in versions]
            paths.add(compress(modes, its), [*compress(answers, its)])
            for group in paths.groups.values():
                group.count(self._rows)

    def collect_counts(self) -> tuple[tuple[int, ...], ...]:
        """In the order of the plan's tables."""
        for paths in self._paths.values():
            for group in paths.groups.values():
                group.flush(self._rows)
        return tuple(tuple(row) for row in self._rows.values())


TableCounts = Mapping[tuple[tuple[str, ...], Counting, str | None], list[int]]
"""The counts of each table, by its key."""


class _ResponseGroups:
    """Groups the responses of one version by what they were asked, which the few answers that steer decide."""

    def __init__(self, plan: Plan, version: Questionnaire) -> None:
        self.groups: dict[object, _ResponseGroup] = {}
        self._plan = plan
        self._version = version
        steering = {source for question in version.questions for source in sources(version, question)}
        self._steering = tuple(id for id in version.by_id if id in steering)
        self._known: dict[tuple[object, ...], list[Answers]] = {}

    def add(self, modes: Iterable[str], answers: Sequence[Answers]) -> None:
        steered = [[response.get(id) for response in answers] for id in self._steering]
        for key, response in zip(zip(modes, *steered, strict=True), answers, strict=True):
            waiting = self._known.get(key)
            (self._open_group(key, response) if waiting is None else waiting).append(response)

    def _open_group(self, key: tuple[object, ...], answers: Answers) -> list[Answers]:
        """Where the responses wait that were answered in this mode and steered like that."""
        mode, asked = str(key[0]), frozenset(path(self._version, answers).asked)
        if (mode, asked) not in self.groups:
            self.groups[mode, asked] = _ResponseGroup(self._plan, self._version, mode, asked)
        self._known[key] = self.groups[mode, asked].waiting
        return self._known[key]


class _ResponseGroup:
    """The responses to one version that were asked the same questions in the same mode."""

    def __init__(self, plan: Plan, version: Questionnaire, mode: str, asked: Set[str]) -> None:
        self.waiting: list[Answers] = []
        self._about = (version, mode, asked)
        self._multiples = frozenset(question.id for question in plan.questions if question.type == Multiple.type)
        self._tables: dict[tuple[str, ...], list[Table]] = {}
        for table in plan.tables:
            self._tables.setdefault(table.questions, []).append(table)
        self._counters: dict[tuple[str, ...], Counter[tuple[Answer | None, ...]]] = {
            questions: Counter() for questions in self._tables
        }

    def count(self, rows: TableCounts) -> None:
        """Count the answers that wait; each kind of table reads its questions only."""
        for questions, counter in self._counters.items():
            counter.update(zip(*([response.get(id) for response in self.waiting] for id in questions), strict=True))
            if len(counter) > MAX_DIFFERENT_ANSWERS:
                self._flush(questions, rows)
        self.waiting.clear()

    def flush(self, rows: TableCounts) -> None:
        """Add what was counted to the cells that it falls in."""
        for questions in self._counters:
            self._flush(questions, rows)

    def _flush(self, questions: tuple[str, ...], rows: TableCounts) -> None:
        for several, count in self._counters[questions].items():
            answers = {id: answer for id, answer in zip(questions, several, strict=True) if answer is not None}
            response = _RoutedResponse(*self._about, answers, self._multiples)
            for table in self._tables[questions]:
                for cell in response.cells(table):
                    rows[table.key][_find_position(table, cell)] += count
        self._counters[questions].clear()


def _find_position(table: Table, cell: Cell) -> int:
    if cell not in table.index:
        raise ImpossibleAnswer(
            f"a waiting response has no place in the table {table.name}: it does not fit the questionnaire that it "
            "names. Nothing was sealed. Compare the deployed surveys with those that collected it."
        )
    return table.index[cell]


@dataclass(frozen=True, slots=True)
class _RoutedResponse:
    """One response on its path; of its answers at least those that a table asks for."""

    version: Questionnaire
    mode: str
    asked: Set[str]
    answers: Answers
    multiples: Set[str]
    """The multiple choices of the plan: those too that this version does not have."""

    def cells(self, table: Table) -> Iterator[Cell]:
        """The cells of this table that the response counts in."""
        if table.item is not None:
            return iter([(self._rank(table.questions[0], table.item),)])
        columns = [self._outcomes(id, table.counting) for id in table.questions]
        return product(*columns)

    def _outcomes(self, id: str, counting: Counting) -> Sequence[Outcome]:
        if id == MODE:
            return [self.mode]
        absence = self._absence(id)
        if id in self.multiples:
            return self._options(id, absence, counting)
        return [absence if absence is not None else _value(self.version.by_id[id], self.answers[id])]

    def _options(self, id: str, absence: Special | None, counting: Counting) -> Sequence[Outcome]:
        if counting is Counting.PEOPLE:
            return [absence or Special.ANSWERED]
        return [] if absence else _several(self.answers[id])

    def _rank(self, id: str, item: str) -> Outcome:
        absence = self._absence(id)
        if absence is not None:
            return absence
        ranked = _several(self.answers[id])
        return ranked.index(item) + 1 if item in ranked else Special.NOT_RANKED

    def _absence(self, id: str) -> Special | None:
        if id not in self.asked:
            return Special.NOT_ASKED
        return None if self.answers.get(id) not in {None, ()} else Special.NO_ANSWER


def _several(answer: object) -> tuple[str, ...]:
    return answer if isinstance(answer, tuple) else ()


def _value(question: Question, answer: Any) -> Outcome:
    """The cell of one answer: itself, or the bin that it falls in."""
    if not isinstance(question, Number | Date):
        return cast(Outcome, answer)
    bins: tuple[Any, ...] = question.bins
    position = bisect_right(bins, answer)
    return cast(Outcome, bins[position - 1] if position else answer)
