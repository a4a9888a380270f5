"""Checks a file against its JSON Schema, and says what is wrong at the leaf, in an author's words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from boucle.authoring.lint.issues import Finding, Flaw, Severity
from boucle.authoring.lint.lines import escaped

Json = Mapping[str, Any]

Problem = Any
"""A ValidationError, whose members the library types as possibly unset; those that come here are set."""

SHAPE_RULES: Mapping[str, str] = {
    "missing-key": "What a file must say, it says.",
    "unknown-key": "A key is one that the format knows.",
    "wrong-type": "A value is of the type that the format wants.",
    "unknown-word": "A word is one of those that the format lists.",
    "wrong-format": "A name, a version, a language or a day is written as the format wants.",
    "wrong-length": "A list or a text has as many elements as the format admits.",
    "out-of-range": "A number lies in the range that the format admits.",
}

WORDS = {
    "object": "an object {...}",
    "array": "a list [...]",
    "string": 'a text "..."',
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "null": "null",
}


def schema(name: str) -> Json:
    """The JSON Schema of `questionnaire` or `study` files."""
    file = files("boucle.authoring") / "schemas" / f"{name}.schema.json"
    loaded: Json = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def shape_findings(name: str, source: Any, file: Path) -> list[Finding]:
    """Everything about a file's shape that its schema refuses."""
    problems = _validator(name).iter_errors(source)
    flaws = [_translated(problem) for problem in _leaves(problems)]
    found = [Finding(rule, Severity.ERROR, file, flaw.pointer, flaw.message, flaw.remedy) for rule, flaw in flaws]
    return list(dict.fromkeys(found))


@cache
def _validator(name: str) -> Validator:
    checked = schema(name)
    allowed = _keys_by_type(checked)

    def unknown_keys(_: Validator, __: Any, instance: Any, ___: Json) -> Iterator[ValidationError]:
        # The schema's own keyword would recompute what every branch evaluated, and blame sound keys when one fails.
        if isinstance(instance, dict) and instance.get("type") in allowed:
            yield from _unknown(instance, allowed[instance["type"]])

    overridden = {"unevaluatedProperties": unknown_keys, "additionalProperties": _additional, "pattern": _pattern}
    extended: Any = extend(Draft202012Validator, overridden)  # type: ignore[no-untyped-call]  # so is the library
    validator: Validator = extended(checked, format_checker=FormatChecker(["date"]))
    return validator


def _keys_by_type(checked: Json) -> Mapping[str, frozenset[str]]:
    """For each type of question, the keys that it may have."""
    definitions = checked["$defs"]
    if "question" not in definitions:
        return {}
    question = definitions["question"]
    keys: dict[str, set[str]] = {each: set(question["properties"]) for each in question["properties"]["type"]["enum"]}
    for branch in question["allOf"]:
        applies = branch["if"]["properties"]["type"]
        added = definitions[branch["then"]["$ref"].rpartition("/")[2]]["properties"]
        for each in applies.get("enum", [applies.get("const")]):
            keys[each] |= set(added)
    return {each: frozenset(known) for each, known in keys.items()}


def _additional(validator: Any, wanted: Any, instance: Any, checked: Json) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    known = checked.get("properties", {})
    if wanted is False:
        yield from _unknown(instance, known)
        return
    for key in instance.keys() - known.keys():
        yield from validator.descend(instance[key], wanted, path=key)


def _unknown(instance: Mapping[str, Any], known: Iterable[str]) -> Iterator[ValidationError]:
    for key in instance.keys() - set(known):
        yield ValidationError("", validator="unknown", validator_value=sorted(known), instance=key, path=[key])


def _pattern(_: Validator, pattern: str, instance: Any, __: Json) -> Iterator[ValidationError]:
    # In Python `$` admits a newline before the end; in JSON Schema it does not.
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError("")


def _leaves(problems: Iterable[Problem]) -> Iterator[ValidationError]:
    """Of alternatives that all failed, the problem of the one that came closest."""
    for problem in problems:
        if problem.context:
            deepest = max(len(each.absolute_path) for each in problem.context)
            closest = [each for each in problem.context if len(each.absolute_path) == deepest]
            yield from _leaves(closest) if deepest > len(problem.absolute_path) else [problem]
        else:
            yield problem


Explained = tuple[str, str]


def _translated(problem: ValidationError) -> tuple[str, Flaw]:
    rule, explain = MESSAGES[str(problem.validator)]
    pointer = "".join(f"/{escaped(str(part))}" for part in problem.absolute_path)
    return rule, Flaw(pointer, *explain(problem))


def _missing(problem: Problem) -> Explained:
    # The validator reports each missing key apart; its message starts with the one that it means.
    key = next(each for each in problem.validator_value if problem.message.startswith(repr(each)))
    return f'The key "{key}" is missing.', f'Add "{key}".'


def _unknown_key(problem: Problem) -> Explained:
    return f'The key "{problem.instance}" is not known here.', _meant(problem.instance, problem.validator_value)


def _type(problem: Problem) -> Explained:
    wanted = problem.validator_value
    names = [wanted] if isinstance(wanted, str) else wanted
    expected = " or ".join(WORDS[each] for each in names)
    if isinstance(problem.instance, str) and "propertyNames" in problem.schema:
        return f"{_shown(problem.instance)} does not say its language.", 'Write it by language, as {"fr": "..."}.'
    return f"{_shown(problem.instance)} is not {expected}.", f"Write {expected}."


def _word(problem: Problem) -> Explained:
    wanted = problem.validator_value if isinstance(problem.validator_value, list) else [problem.validator_value]
    return f"{_shown(problem.instance)} is not {_listed(wanted)}.", _meant(problem.instance, wanted)


def _alternatives(problem: Problem) -> Explained:
    words = [word for each in problem.validator_value for word in each.get("enum", [])]
    objects = [f'{{"{key}": ...}}' for each in problem.validator_value for key in each.get("required", [])]
    message = f"{_shown(problem.instance)} is none of: {', '.join([*words, *objects])}."
    return message, _meant(problem.instance, words)


def _format(problem: Problem) -> Explained:
    if problem.validator == "format":
        return f"{_shown(problem.instance)} is not a day of the calendar.", "Write year-month-day, as 2026-01-31."
    return f"{_shown(problem.instance)} does not have the form wanted here.", _form(problem.validator_value)


def _length(problem: Problem) -> Explained:
    count, limit = len(problem.instance), problem.validator_value
    if problem.validator.startswith("min"):
        return f"There are {count} where at least {limit} are wanted.", f"Bring it to {limit} or more."
    return f"There are {count} where at most {limit} are admitted.", f"Bring it to {limit} or fewer."


def _repeated(problem: Problem) -> Explained:
    return "The list says something twice.", "Keep each element once."


def _range(problem: Problem) -> Explained:
    bound = "at least" if problem.validator == "minimum" else "at most"
    message = f"{problem.instance} is out of range: {bound} {problem.validator_value}."
    return message, f"Write a number of {bound} {problem.validator_value}."


MESSAGES: Mapping[str, tuple[str, Callable[[Problem], Explained]]] = {
    "required": ("missing-key", _missing),
    "unknown": ("unknown-key", _unknown_key),
    "type": ("wrong-type", _type),
    "enum": ("unknown-word", _word),
    "const": ("unknown-word", _word),
    "anyOf": ("unknown-word", _alternatives),
    "pattern": ("wrong-format", _format),
    "format": ("wrong-format", _format),
    "uniqueItems": ("wrong-length", _repeated),
    "minimum": ("out-of-range", _range),
    "maximum": ("out-of-range", _range),
    **{
        f"{end}{what}": ("wrong-length", _length)
        for end in ("min", "max")
        for what in ("Items", "Length", "Properties")
    },
}

FORMS: Mapping[str, str] = {
    "^[a-z][a-z0-9_]": "Write lower-case letters, digits and _, a letter first.",
    "^[a-z][a-z0-9-]": "Write lower-case letters, digits and -, a letter first.",
    "^[a-z0-9]": "Write lower-case letters, digits, _ and -, a letter or a digit first.",
    "^[a-z]{2,3}": 'Write a language\'s code of two or three lower-case letters, as "fr".',
    "^[1-9]": 'Write three numbers, major.minor.patch, as "1.0.0".',
    "^[0-9]{4}": "Write year-month-day, as 2026-01-31.",
    "^[A-Za-z0-9_]": "Write a path below the site's pages, as images/bus.svg.",
}


def _form(pattern: str) -> str:
    return next(advice for start, advice in FORMS.items() if pattern.startswith(start))


def _meant(word: Any, known: Iterable[Any]) -> str:
    """ "Did you mean", else what is known."""
    words = [str(each) for each in known]
    close = get_close_matches(str(word), words, n=1)
    return f'Did you mean "{close[0]}"?' if close else f"Known here: {', '.join(words)}."


def _listed(words: list[Any]) -> str:
    return _shown(words[0]) if len(words) == 1 else "one of " + ", ".join(str(each) for each in words)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
