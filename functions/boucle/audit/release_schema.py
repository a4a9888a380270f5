"""The JSON Schema of a release document, as everybody may check it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def release_schema() -> dict[str, Any]:
    """The JSON Schema of a release document: no room for a person, a time, a smallest or a largest answer."""
    source = files("boucle.audit") / "schemas" / "release.schema.json"
    schema: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return schema
