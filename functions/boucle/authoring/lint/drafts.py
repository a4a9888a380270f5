"""What rules look at: a questionnaire or a study whose file has the right shape, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from boucle.authoring.lint.fitting import find_condition_issues
from boucle.authoring.lint.lines import escape_key
from boucle.authoring.lint.reach import Reach
from boucle.authoring.lint.spread import Spread
from boucle.core.questionnaire.conditions import Condition, Test, tests_of
from boucle.core.questionnaire.model import Block, Grid, Note, Question, Questionnaire, Section
from boucle.core.questionnaire.routing import dependents
from boucle.core.questionnaire.translations import PlacedText, collect_texts
from boucle.core.strictjson import Json
from boucle.core.study.model import Study
from boucle.core.study.parse import parse_study
from boucle.core.study.recordings import Recordings


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A question, grid or note as its author wrote it, its JSON, and the questions asked before it."""

    pointer: str
    json: Json
    block: Block
    position: int
    section: int


@dataclass(frozen=True, slots=True)
class PlacedCondition:
    """A condition, what it decides about, its tests with their pointers, and how many questions come before it."""

    owner: str
    pointer: str
    condition: Condition
    tests: tuple[tuple[str, Test], ...]
    position: int


@dataclass(frozen=True)
class Draft:
    """A questionnaire's file whose shape is right."""

    file: Path
    json: Json
    questionnaire: Questionnaire
    pages: Path | None = None
    """The folder of the site's pages, where pictures are; None when there is no site beside the surveys."""

    @cached_property
    def original(self) -> str:
        """The language that the author writes in."""
        return self.questionnaire.languages[0]

    @property
    def is_in_place(self) -> bool:
        """Whether the file is where the version that it holds belongs."""
        place = self.file.absolute().parent.name, self.file.stem
        return place == (self.questionnaire.id, self.questionnaire.version)

    @cached_property
    def texts(self) -> tuple[PlacedText, ...]:
        """Every text with its translations, and where it stands, in reading order."""
        return tuple(collect_texts(self.json))

    @cached_property
    def blocks(self) -> tuple[PlacedBlock, ...]:
        """Everything that stands in the sections, in order."""
        return tuple(self._place_blocks())

    @property
    def _sections(self) -> list[tuple[Section, Json]]:
        return list(zip(self.questionnaire.sections, self.json["sections"], strict=True))

    def _place_blocks(self) -> Iterator[PlacedBlock]:
        position = 0
        for number, (section, source) in enumerate(
            zip(self.questionnaire.sections, self.json["sections"], strict=True)
        ):
            written = iter(block for block in section.blocks if not _is_opened_up(block))
            for index, (block, json) in enumerate(zip(written, source["questions"], strict=True)):
                yield PlacedBlock(f"/sections/{number}/questions/{index}", json, block, position, number)
                position += _count_questions(block, json)

    @cached_property
    def places(self) -> Mapping[str, str]:
        """The pointer of each question, rows of grids included, by id; the last where an id stands twice."""
        found: dict[str, str] = {}
        for placed in self.blocks:
            found[placed.block.id] = placed.pointer
            if isinstance(placed.block, Grid):
                found |= {row.id: f"{placed.pointer}/rows/{index}" for index, row in enumerate(placed.block.rows)}
        return found

    @cached_property
    def order(self) -> Mapping[str, int]:
        """How many questions are asked before each one."""
        return {question.id: index for index, question in enumerate(self.questionnaire.questions)}

    @cached_property
    def conditions(self) -> tuple[PlacedCondition, ...]:
        """Every condition of sections and questions, in reading order."""
        return tuple(self._place_conditions())

    def _place_conditions(self) -> Iterator[PlacedCondition]:
        first_of = {placed.section: placed.position for placed in reversed(self.blocks)}
        for number, (section, json) in enumerate(self._sections):
            yield from _place_condition(section.id, f"/sections/{number}", json, section.relevant, first_of[number])
        for placed in self.blocks:
            block = placed.block
            yield from _place_condition(block.id, placed.pointer, placed.json, block.relevant, placed.position)

    @cached_property
    def routes_soundly(self) -> bool:
        """Whether every condition looks at an earlier question in a way that fits: paths can be reasoned about."""
        tests = [(placed.position, test) for placed in self.conditions for _, test in placed.tests]
        return len(self.order) == len(self.questionnaire.questions) and all(
            test.answer in self.order
            and self.order[test.answer] < position
            and not any(find_condition_issues(test, self.questionnaire.by_id[test.answer]))
            for position, test in tests
        )

    @cached_property
    def reach(self) -> Reach:
        """What its conditions can be; only of a draft that routes soundly."""
        return Reach(self.questionnaire)

    @cached_property
    def shares_asked(self) -> Mapping[str, float]:
        """The share of people asked each conditional question, were answers spread evenly; empty where unknown."""
        if not self.routes_soundly:
            return {}
        spread = Spread(self.reach)
        return {id: spread.share_asked(id) for id, earlier in self.reach.walker.ancestors.items() if earlier}

    @cached_property
    def dependents(self) -> Mapping[str, frozenset[str]]:
        """For each question, all whose being asked its answer can change."""
        return dependents(self.questionnaire)


def _is_opened_up(block: Block) -> bool:
    return not isinstance(block, (Grid, Note)) and getattr(block, "other_of", None) is not None


def _count_questions(block: Block, json: Json) -> int:
    """How many questions a block asks, the texts of its "other" choices included."""
    match block:
        case Note():
            return 0
        case Grid(rows=rows):
            return len(rows)
        case Question():
            has_others = block.type in ("single", "multiple")
            return 1 + sum(bool(choice.get("other")) for choice in json.get("choices", ()) if has_others)


def _place_condition(
    owner: str, pointer: str, json: Json, condition: Condition | None, position: int
) -> Iterator[PlacedCondition]:
    if condition is not None:
        places = _find_test_pointers(json["relevant"], f"{pointer}/relevant")
        tests = tuple(zip(places, tests_of(condition), strict=True))
        yield PlacedCondition(owner, f"{pointer}/relevant", condition, tests, position)


def _find_test_pointers(condition: Json, pointer: str) -> Iterator[str]:
    """The pointers of a condition's comparisons, in the order of `tests_of`."""
    ((operation, operands),) = condition.items()
    here = f"{pointer}/{escape_key(operation)}"
    if operation in ("and", "or", "not"):
        for index, operand in enumerate(operands):
            yield from _find_test_pointers(operand, f"{here}/{index}")
    else:
        yield here


@dataclass(frozen=True)
class StudyDraft:
    """A study's file whose shape is right, with those of its questionnaires that have theirs."""

    file: Path
    json: Json
    drafts: tuple[Draft, ...]
    versions: frozenset[tuple[str, str]]
    """Every (questionnaire, version) that has a file, sound or not."""
    themes: frozenset[str] | None = None
    """The themes that themes.json defines; None when there is no such file."""
    actions: Json | None = None
    """What actions.json says; None when there is no such file."""
    recordings: Mapping[str, Recordings] = field(default_factory=dict)
    """What recordings.json says, of each questionnaire that has one."""
    frozen: Set[tuple[str, str]] = frozenset()
    """Every (questionnaire, version) that stands in the lock: how it differs from the one before was judged then."""
    mended: tuple[Draft, ...] = ()
    """The questionnaires that could only be read in part, or lie in another's place: they must not be compared."""

    @property
    def readable(self) -> tuple[Draft, ...]:
        """Every questionnaire that can be judged part by part."""
        return (*self.drafts, *self.mended)

    @cached_property
    def by_version(self) -> Mapping[tuple[str, str], Draft]:
        """The questionnaires' files by name and version, such as ("users", "1.0.0")."""
        return {(draft.questionnaire.id, draft.questionnaire.version): draft for draft in self.drafts}

    @cached_property
    def study(self) -> Study:
        """The study that they make together, as the site and the API know it."""
        return parse_study(self.json, [draft.questionnaire for draft in self.drafts])
