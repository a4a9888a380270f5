"""Checks a file against its JSON Schema, and says what is wrong at the leaf, in an author's words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from boucle.authoring.lint.issues import IssueDraft, LintIssue, Severity
from boucle.authoring.lint.lines import escape_key
from boucle.core.strictjson import Json

DRAFT_BRANCHES = Draft202012Validator.VALIDATORS["if"]

SchemaError = Any
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

TYPE_WORDS = {
    "object": "an object {...}",
    "array": "a list [...]",
    "string": 'a text "..."',
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "null": "null",
}


@dataclass(frozen=True, slots=True)
class ShapeIssue:
    """A part that its schema refuses, or the key that is missing there: the rule, and the keys that lead to it."""

    rule: str
    path: tuple[str | int, ...]


def load_schema(name: str) -> Json:
    """The JSON Schema of `questionnaire` or `study` files."""
    file = files("boucle.authoring") / "schemas" / f"{name}.schema.json"
    loaded: Json = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def find_shape_issues(name: str, source: Any, file: Path) -> list[LintIssue]:
    """Everything about a file's shape that its schema refuses."""
    errors = _make_validator(name).iter_errors(source)
    drafts = [_translate(error) for error in _find_leaves(errors)]
    found = [
        LintIssue(rule, Severity.ERROR, file, draft.pointer, draft.message, draft.remedy) for rule, draft in drafts
    ]
    return list(dict.fromkeys(found))


def find_faults(name: str, source: Any) -> list[ShapeIssue]:
    """The same as what stands at each place."""
    errors = _find_leaves(_make_validator(name).iter_errors(source))
    return [_locate(error) for error in errors]


def _locate(error: SchemaError) -> ShapeIssue:
    missing = [_find_missing_key(error)] if error.validator == "required" else []
    return ShapeIssue(MESSAGES[str(error.validator)][0], (*error.absolute_path, *missing))


@cache
def _make_validator(name: str) -> Validator:
    checked = load_schema(name)
    allowed = _keys_by_type(checked)

    def find_unknown_keys(_: Validator, __: Any, instance: Any, ___: Json) -> Iterator[ValidationError]:
        # The schema's own keyword would recompute what every branch evaluated, and blame sound keys when one fails.
        kind = instance.get("type") if isinstance(instance, dict) else None
        if isinstance(kind, str) and kind in allowed:
            yield from _find_unknown(instance, allowed[kind])

    def check_branches(running: Validator, condition: Any, instance: Any, branch: Json) -> Iterator[ValidationError]:
        # A question without a type would be of every type at once.
        if isinstance(instance, dict) and "type" in instance:
            yield from DRAFT_BRANCHES(running, condition, instance, branch)

    overridden = {
        "if": check_branches,
        "unevaluatedProperties": find_unknown_keys,
        "additionalProperties": _check_additional,
        "pattern": _check_pattern,
    }
    extended: Any = extend(Draft202012Validator, overridden)  # type: ignore[no-untyped-call]  # so is the library
    validator: Validator = extended(checked, format_checker=FormatChecker(["date"]))
    return validator


def _keys_by_type(checked: Json) -> Mapping[str, frozenset[str]]:
    """For each type of question, the keys that it may have."""
    definitions = checked["$defs"]
    if "question" not in definitions:
        return {}
    question = definitions["question"]
    keys: dict[str, set[str]] = {kind: set(question["properties"]) for kind in question["properties"]["type"]["enum"]}
    for branch in question["allOf"]:
        applies = branch["if"]["properties"]["type"]
        added = definitions[branch["then"]["$ref"].rpartition("/")[2]]["properties"]
        for kind in applies.get("enum", [applies.get("const")]):
            keys[kind] |= set(added)
    return {kind: frozenset(known) for kind, known in keys.items()}


def _check_additional(validator: Any, wanted: Any, instance: Any, checked: Json) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    known = checked.get("properties", {})
    if wanted is False:
        yield from _find_unknown(instance, known)
        return
    for key in instance.keys() - known.keys():
        yield from validator.descend(instance[key], wanted, path=key)


def _find_unknown(instance: Mapping[str, Any], known: Iterable[str]) -> Iterator[ValidationError]:
    for key in instance.keys() - set(known):
        yield ValidationError("", validator="unknown", validator_value=sorted(known), instance=key, path=[key])


def _check_pattern(_: Validator, pattern: str, instance: Any, __: Json) -> Iterator[ValidationError]:
    # In Python `$` admits a newline before the end; in JSON Schema it does not.
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError("")


def _find_leaves(errors: Iterable[SchemaError]) -> Iterator[ValidationError]:
    """Of alternatives that all failed, the error of the one that came closest."""
    for error in errors:
        if error.context:
            deepest = max(len(cause.absolute_path) for cause in error.context)
            closest = [cause for cause in error.context if len(cause.absolute_path) == deepest]
            yield from _find_leaves(closest) if deepest > len(error.absolute_path) else [error]
        else:
            yield error


Explanation = tuple[str, str]


def _translate(error: ValidationError) -> tuple[str, IssueDraft]:
    rule, explain = MESSAGES[str(error.validator)]
    pointer = "".join(f"/{escape_key(str(part))}" for part in error.absolute_path)
    return rule, IssueDraft(pointer, *explain(error))


def _explain_missing(error: SchemaError) -> Explanation:
    key = _find_missing_key(error)
    return f'The key "{key}" is missing.', f'Add "{key}".'


def _find_missing_key(error: SchemaError) -> str:
    # The validator reports each missing key apart; its message starts with the one that it means.
    return next(str(key) for key in error.validator_value if error.message.startswith(repr(key)))


def _explain_unknown_key(error: SchemaError) -> Explanation:
    return f'The key "{error.instance}" is not known here.', _suggest(error.instance, error.validator_value)


def _explain_type(error: SchemaError) -> Explanation:
    wanted = error.validator_value
    names = [wanted] if isinstance(wanted, str) else wanted
    expected = " or ".join(TYPE_WORDS[name] for name in names)
    if isinstance(error.instance, str) and "propertyNames" in error.schema:
        return f"{_shorten(error.instance)} does not say its language.", 'Write it by language, as {"fr": "..."}.'
    return f"{_shorten(error.instance)} is not {expected}.", f"Write {expected}."


def _explain_word(error: SchemaError) -> Explanation:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    return f"{_shorten(error.instance)} is not {_list_words(wanted)}.", _suggest(error.instance, wanted)


def _explain_alternatives(error: SchemaError) -> Explanation:
    words = [word for alternative in error.validator_value for word in alternative.get("enum", [])]
    objects = [f'{{"{key}": ...}}' for alternative in error.validator_value for key in alternative.get("required", [])]
    message = f"{_shorten(error.instance)} is none of: {', '.join([*words, *objects])}."
    return message, _suggest(error.instance, words)


def _explain_format(error: SchemaError) -> Explanation:
    if error.validator == "format":
        return f"{_shorten(error.instance)} is not a day of the calendar.", "Write year-month-day, as 2026-01-31."
    return f"{_shorten(error.instance)} does not have the form wanted here.", _advise_form(error.validator_value)


def _explain_length(error: SchemaError) -> Explanation:
    count, limit = len(error.instance), error.validator_value
    if error.validator.startswith("min"):
        return f"There are {count} where at least {limit} are wanted.", f"Bring it to {limit} or more."
    return f"There are {count} where at most {limit} are admitted.", f"Bring it to {limit} or fewer."


def _explain_repeated(error: SchemaError) -> Explanation:
    return "The list says something twice.", "Keep each element once."


def _explain_range(error: SchemaError) -> Explanation:
    bound = "at least" if error.validator == "minimum" else "at most"
    message = f"{error.instance} is out of range: {bound} {error.validator_value}."
    return message, f"Write a number of {bound} {error.validator_value}."


MESSAGES: Mapping[str, tuple[str, Callable[[SchemaError], Explanation]]] = {
    "required": ("missing-key", _explain_missing),
    "unknown": ("unknown-key", _explain_unknown_key),
    "type": ("wrong-type", _explain_type),
    "enum": ("unknown-word", _explain_word),
    "const": ("unknown-word", _explain_word),
    "anyOf": ("unknown-word", _explain_alternatives),
    "pattern": ("wrong-format", _explain_format),
    "format": ("wrong-format", _explain_format),
    "uniqueItems": ("wrong-length", _explain_repeated),
    "minimum": ("out-of-range", _explain_range),
    "maximum": ("out-of-range", _explain_range),
    **{
        f"{end}{what}": ("wrong-length", _explain_length)
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
    "^[a-z_]": "Write the name of a text, as `boucle recordings accept` does.",
    "^sha256:": "Let `boucle recordings accept` write it.",
    "^[+]?[0-9]": "Write digits only, with a + before them if need be, as 3114.",
    "^[A-Za-z0-9_]": "Write a path below the site's pages, as images/bus.svg.",
}


def _advise_form(pattern: str) -> str:
    return next(advice for start, advice in FORMS.items() if pattern.startswith(start))


def _suggest(word: Any, known: Iterable[Any]) -> str:
    """ "Did you mean", else what is known."""
    words = [str(candidate) for candidate in known]
    close = get_close_matches(str(word), words, n=1)
    return f'Did you mean "{close[0]}"?' if close else f"Known here: {', '.join(words)}."


def _list_words(words: list[Any]) -> str:
    return _shorten(words[0]) if len(words) == 1 else "one of " + ", ".join(str(word) for word in words)


def _shorten(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
