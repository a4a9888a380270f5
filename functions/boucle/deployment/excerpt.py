"""Writes the excerpt of botocore's data for the package: a few operations, and regions without other services."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore.loaders import Loader

from boucle.amazon.web_clients import OPERATIONS
from boucle.core.strictjson import Json

MODEL = "service-2"


def write_excerpt(folder: Path) -> None:
    """Write it as botocore looks for its data."""
    loader = Loader(include_default_extras=False)
    _write(folder / "endpoints.json", _select_services(loader.load_data("endpoints"), OPERATIONS))
    for service, operations in OPERATIONS.items():
        version = loader.determine_latest_version(service, MODEL)
        model = loader.load_service_model(service, MODEL, version)
        _write(folder / service / version / f"{MODEL}.json", trim_model(model, operations))


def trim_model(model: Json, operations: Collection[str]) -> Json:
    """The model of a service with these operations only, and the shapes that they speak of."""
    kept = {name: _strip_documentation(model["operations"][name]) for name in operations}
    shapes: dict[str, Json] = {}
    waiting = [*_find_shapes(kept)]
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = _strip_documentation(model["shapes"][name])
            waiting += _find_shapes(shapes[name])
    return {**model, "operations": kept, "shapes": dict(sorted(shapes.items())), "documentation": ""}


def _select_services(endpoints: Json, services: Collection[str]) -> Json:
    partitions = [
        {**partition, "services": {name: entry for name, entry in partition["services"].items() if name in services}}
        for partition in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def _find_shapes(value: object) -> Iterator[str]:
    """The name of every shape that is referred to."""
    if isinstance(value, Mapping):
        if isinstance(value.get("shape"), str):
            yield value["shape"]
        value = [*value.values()]
    if isinstance(value, list):
        for member in value:
            yield from _find_shapes(member)


def _strip_documentation(value: Any) -> Any:
    if isinstance(value, Mapping):
        # A text: a member of that name would be a reference to its shape.
        return {
            name: _strip_documentation(member)
            for name, member in value.items()
            if name != "documentation" or not isinstance(member, str)
        }
    return [_strip_documentation(member) for member in value] if isinstance(value, list) else value


def _write(file: Path, content: Json) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
