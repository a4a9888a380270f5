"""The words of the field: private names stay gone, functions begin with verbs, and one class name is one class."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

import pytest

from support.source_trees import (
    FunctionNode,
    Parameter,
    Sources,
    iterate_classes,
    iterate_functions,
    iterate_parameters,
    parse_sources,
    read_texts,
)

SOURCES = parse_sources(read_texts())

PRIVATE_CLASSES = re.compile(
    "Office|Lane(Before)?|Gathering|Patience|Reception|Prepared|Taken|Words|Flaw|Problem|Misfit|Fault|Refusal|Refused"
    "|Said|Shelf|Shelves|Spent|SpentCodes?|Surroundings|Part|Guests?|Teller|Draw|Grammar|Debts?|Crowd|[A-Za-z]*Desk"
)
DESKS = {"ModerationDesk", "SecondCodingDesk"}
"""A desk is where moderators sit; what holds responses is a store."""
PRIVATE_NAMES = {
    "office",
    "lane",
    "gathering",
    "patience",
    "desk",
    "reception",
    "misfit",
    "misfits",
    "flaw",
    "flaws",
    "problem",
    "problems",
    "refusal",
    "refusals",
    "said_again",
    "laying",
    "lay_anew",
    "scatter",
    "sites_again",
    "shelf",
    "shelves",
    "spent",
    "surroundings",
    "guest",
    "guests",
    "teller",
    "grammar",
    "debt",
    "debts",
    "crowd",
    "senders",
    "speak",
    "seat",
}
PRIVATE_FUNCTIONS = PRIVATE_NAMES | {"said", "words", "faults", "gather", "taken", "changes"}
PRIVATE_MODULES = PRIVATE_NAMES - {"desk"} | {"changes", "spent_codes", "words"}
PRIVATE_BY_TYPE = {
    "asked": r"Version|Questionnaire",
    "said": r"Translator|WebTranslator|FreeTextDocuments",
    "taken": r"Path",
    "words": r"Translator|WebTranslator|FreeTextDocuments",
    "fault": r"(?!Fault$).*",  # a proxy that breaks what passes has faults to inject
    "draw": r"(?!st\.DrawFn$).*",  # what hypothesis gives
}
"""Parameters that are private words in one sense only: by what they hold."""
STORED_NAMES = {("functions/boucle/storage/dynamodb_store/tables.py", "spent")}
"""Fields named like a table that exists."""

VERBS = {"screen", "embed", "embolden", "feed", "listen", "open", "reopen", "shorten", "soften", "widen", "bring"}
NOUNS = {
    "own",
    "weight",
    "cohen",
    "coding",
    "even",
    "heading",
    "mapping",
    "pending",
    "recording",
    "routing",
    "sending",
    "standing",
    "string",
}
IRREGULAR = {
    "built",
    "chosen",
    "drawn",
    "found",
    "frozen",
    "gone",
    "heard",
    "held",
    "hidden",
    "kept",
    "known",
    "laid",
    "left",
    "lost",
    "made",
    "said",
    "seen",
    "sent",
    "shown",
    "spent",
    "stuck",
    "taken",
    "told",
    "understood",
    "unknown",
    "written",
}
NAMED_FOR_THEIR_VALUE = ("property", "fixture")


def find_private_classes(sources: Sources) -> Iterator[str]:
    for path, node in iterate_classes(sources):
        finding_of_lint = node.name == "Finding" and "/authoring/" in path
        if finding_of_lint or (PRIVATE_CLASSES.fullmatch(node.name.lstrip("_")) and node.name not in DESKS):
            yield f"{path}:{node.lineno} class {node.name}"


def find_private_functions(sources: Sources) -> Iterator[str]:
    for path, node in iterate_functions(sources):
        if node.name.strip("_") in PRIVATE_FUNCTIONS:
            yield f"{path}:{node.lineno} function {node.name}"


def find_private_modules(sources: Sources) -> Iterator[str]:
    for path in sources:
        names = {part.removeprefix("test_") for part in PurePosixPath(path).with_suffix("").parts}
        if names & PRIVATE_MODULES or ("faults" in names and path.startswith("functions/")):
            yield f"{path} module"


def is_private(parameter: Parameter) -> bool:
    if parameter.name == "desk":
        return parameter.annotation.removesuffix("Desk") == parameter.annotation
    if (parameter.path, parameter.name) in STORED_NAMES:
        return False
    pattern = PRIVATE_BY_TYPE.get(parameter.name)
    return bool(re.fullmatch(pattern, parameter.annotation)) if pattern else parameter.name in PRIVATE_NAMES


def find_private_parameters(sources: Sources) -> Iterator[str]:
    for parameter in iterate_parameters(sources):
        if is_private(parameter):
            yield f"{parameter.path}:{parameter.line} parameter {parameter.name}: {parameter.annotation}"


def is_participle(word: str) -> bool:
    return word not in VERBS | NOUNS and (word in IRREGULAR or bool(re.search("(ed|en|ing|wn|ght)$", word)))


def is_named_for_its_value(node: FunctionNode) -> bool:
    return any(name in ast.unparse(decorator) for decorator in node.decorator_list for name in NAMED_FOR_THEIR_VALUE)


def find_participles(sources: Sources) -> Iterator[str]:
    for path, node in iterate_functions(sources):
        word = node.name.strip("_").partition("_")[0]
        if is_participle(word) and not is_named_for_its_value(node):
            yield f"{path}:{node.lineno} function {node.name}"


def find_eaches(sources: Sources) -> Iterator[str]:
    """A loop variable is the noun that it stands for."""
    for path, tree in sources.items():
        for node in ast.walk(tree):
            if (isinstance(node, ast.Name) and node.id == "each") or (isinstance(node, ast.arg) and node.arg == "each"):
                yield f"{path}:{node.lineno} each"


def find_shared_class_names(sources: Sources) -> Iterator[str]:
    places = defaultdict(list)
    for path, node in iterate_classes(sources):
        places[node.name].append(f"{path}:{node.lineno}")
    for name, several in places.items():
        if len(several) > 1:
            yield f"{', '.join(several)} class {name}"


CHECKS = (
    find_private_classes,
    find_private_functions,
    find_private_modules,
    find_private_parameters,
    find_participles,
    find_eaches,
    find_shared_class_names,
)
Check = Callable[[Sources], Iterator[str]]


@pytest.mark.parametrize("check", CHECKS)
def test_the_names_are_those_of_the_field(check: Check) -> None:
    assert list(check(SOURCES)) == []


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (find_private_classes, "functions/boucle/web/context.py", "class Office: ..."),
        (find_private_classes, "functions/boucle/storage/memory.py", "class ResponseDesk: ..."),
        (find_private_classes, "functions/boucle/authoring/lint/issues.py", "class Finding: ..."),
        (find_private_functions, "functions/boucle/x.py", "class A:\n    def said_again(self): ..."),
        (find_private_functions, "functions/boucle/x.py", "async def _gather(): ..."),
        (find_private_modules, "functions/boucle/web/senders.py", ""),
        (find_private_modules, "functions/boucle/web/office/__init__.py", ""),
        (find_private_modules, "tests/unit/entrypoints/test_patience.py", ""),
        (find_private_parameters, "functions/boucle/x.py", "def show(asked: Version): ..."),
        (find_private_parameters, "functions/boucle/x.py", "def show(*, taken: Path): ..."),
        (find_private_parameters, "functions/boucle/x.py", "def show(desk: ResponseStore): ..."),
        (find_private_parameters, "functions/boucle/x.py", "class A:\n    patience: float"),
        (find_participles, "functions/boucle/x.py", "def settled(): ..."),
        (find_participles, "functions/boucle/x.py", "def _written_rows(): ..."),
        (find_participles, "tests/unit/test_x.py", "async def asking(): ..."),
        (find_eaches, "functions/boucle/x.py", "[each for each in range(3)]"),
        (find_eaches, "functions/boucle/x.py", "use(lambda each: 1)"),
        (find_shared_class_names, "functions/boucle/x.py", "class A: ...\nclass B:\n    class A: ..."),
    ],
)
def test_a_name_that_is_not_is_refused(check: Check, path: str, text: str) -> None:
    assert list(check(parse_sources({path: text}))) != []


@pytest.mark.parametrize(
    "text",
    [
        "def count(asked: int): ...",
        "def open_page(desk: ModerationDesk): ...",
        "class Finding: ...",
        "class A:\n    @property\n    def waiting(self): ...",
        "def embed(): ...",
        "def make(draw: st.DrawFn): ...",
    ],
)
def test_the_same_word_in_another_sense_is_none_of_them(text: str) -> None:
    sources = parse_sources({"functions/boucle/core/study/actions.py": text})
    assert [issue for check in CHECKS for issue in check(sources)] == []
