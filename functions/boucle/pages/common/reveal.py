"""Showing a conditional question without script: conditions become marks that one fixed stylesheet understands.

Inputs whose tick makes a condition true carry `c1`; what then applies carries `d1`, what then does not carries `n1`.
The stylesheet hides `.d1` until something marked `c1` is ticked. It is the same for every form, so its hash is too.
Whatever cannot be said so stays visible, and the server drops what does not apply: at worst, a question too many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from boucle.core.questionnaire.conditions import And, Condition, Not, Or, Test, test_holds
from boucle.core.questionnaire.model import Multiple, Question, Questionnaire, Rating, Single, YesNo
from boucle.core.questionnaire.routing import conditions_on

MAX_MARKS = 24
"""How many different conditions the stylesheet knows; a form's further ones stay visible."""

Input = tuple[str, str]
"""A radio or checkbox: its question and its value."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Something of these inputs is ticked; or, when not `shows`, nothing of them is."""

    inputs: frozenset[Input]
    shows: bool = True


@dataclass(frozen=True, slots=True)
class VisibilityMarks:
    """The marks of one form: of its sections and blocks by id, and of its inputs."""

    sections: Mapping[str, tuple[str, ...]]
    blocks: Mapping[str, tuple[str, ...]]
    inputs: Mapping[Input, tuple[str, ...]]


def make_marks(questionnaire: Questionnaire) -> VisibilityMarks:
    """Read every condition of the questionnaire once."""
    reading = _ConditionReader(questionnaire)
    sections = {part.id: reading.read_marks(part.relevant) for part in questionnaire.sections}
    blocks = {
        block.id: reading.read_marks(block.relevant)
        for section in questionnaire.sections
        for block in (*section.blocks, *section.questions)
    }
    return VisibilityMarks(sections, blocks, reading.list_input_marks())


@dataclass
class _ConditionReader:
    questionnaire: Questionnaire
    known: dict[frozenset[Input], int] = field(default_factory=dict)

    def read_marks(self, relevant: Condition | None) -> tuple[str, ...]:
        """The marks of something shown under this condition."""
        found = dict.fromkeys(self._find_clauses(relevant)) if relevant else {}
        return tuple(
            f"{'d' if clause.shows else 'n'}{number}" for clause in found if (number := self._number_of(clause))
        )

    def list_input_marks(self) -> Mapping[Input, tuple[str, ...]]:
        """The marks of every input that decides something."""
        marked: dict[Input, tuple[str, ...]] = {}
        for inputs, number in self.known.items():
            for control in inputs:
                marked[control] = (*marked.get(control, ()), f"c{number}")
        return marked

    def _number_of(self, clause: Clause) -> int | None:
        if clause.inputs not in self.known and len(self.known) == MAX_MARKS:
            return None
        return self.known.setdefault(clause.inputs, len(self.known) + 1)

    def _find_clauses(self, condition: Condition) -> Iterator[Clause]:
        """Clauses that must all hold. Leaving one out shows more, never less."""
        match condition:
            case And(conditions):
                for operand in conditions:
                    yield from self._find_clauses(operand)
            case Not(inner):
                if inputs := self._find_inputs(inner):
                    yield Clause(inputs, shows=False)
            case _:
                if inputs := self._find_inputs(condition):
                    yield Clause(inputs)
                    yield from self._find_inherited_clauses(inputs)

    def _find_inherited_clauses(self, inputs: frozenset[Input]) -> Iterator[Clause]:
        """A tick counts only while its own question applies."""
        deciding = {question for question, _ in inputs}
        if len(deciding) == 1:
            for condition in conditions_on(self.questionnaire, self.questionnaire.by_id[deciding.pop()]):
                yield from self._find_clauses(condition)

    def _find_inputs(self, condition: Condition) -> frozenset[Input]:
        """The inputs of which one ticked is the whole condition; empty when it cannot be said so."""
        match condition:
            case Or(conditions):
                parts = [self._find_inputs(operand) for operand in conditions]
                return frozenset[Input]().union(*parts) if all(parts) else frozenset()
            case And() | Not():
                return frozenset()
            case _:
                return frozenset(_find_ticks(self.questionnaire.by_id[condition.answer], condition))


def _find_ticks(question: Question, test: Test) -> Iterator[Input]:
    match question:
        case Single() | YesNo() | Rating():
            for value in question.values:
                if test_holds(test, value):
                    yield question.id, str(value)
        case Multiple():
            for choice in question.values:
                if test_holds(test, (choice,)):
                    yield question.id, choice


def render_stylesheet() -> str:
    """The rules for every mark. On paper all questions show; engines without `:has()` skip the rules one by one."""
    rules: Sequence[str] = [
        f"form:not(:has(.c{n}:checked)) .d{n}{{display:none}}form:has(.c{n}:checked) .n{n}{{display:none}}"
        for n in range(1, MAX_MARKS + 1)
    ]
    return f"@media screen{{{''.join(rules)}}}"
