"""Writes the excerpt of botocore's data for the package: a few operations, and regions without other services."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore.loaders import Loader

from boucle.amazon.web_clients import OPERATIONS

Json = Mapping[str, Any]
MODEL = "service-2"


def write_excerpt(folder: Path) -> None:
    """Lay it out as botocore looks for its data."""
    loader = Loader(include_default_extras=False)
    _write(folder / "endpoints.json", _of_services(loader.load_data("endpoints"), OPERATIONS))
    for service, operations in OPERATIONS.items():
        version = loader.determine_latest_version(service, MODEL)
        model = loader.load_service_model(service, MODEL, version)
        _write(folder / service / version / f"{MODEL}.json", trimmed(model, operations))


def trimmed(model: Json, operations: Collection[str]) -> Json:
    """The model of a service with these operations only, and the shapes that they speak of."""
    kept = {name: _undocumented(model["operations"][name]) for name in operations}
    shapes: dict[str, Json] = {}
    waiting = [*_shapes_in(kept)]
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = _undocumented(model["shapes"][name])
            waiting += _shapes_in(shapes[name])
    return {**model, "operations": kept, "shapes": dict(sorted(shapes.items())), "documentation": ""}


def _of_services(endpoints: Json, services: Collection[str]) -> Json:
    partitions = [
        {**each, "services": {name: entry for name, entry in each["services"].items() if name in services}}
        for each in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def _shapes_in(value: object) -> Iterator[str]:
    """The name of every shape that is referred to."""
    if isinstance(value, Mapping):
        if isinstance(value.get("shape"), str):
            yield value["shape"]
        value = [*value.values()]
    if isinstance(value, list):
        for each in value:
            yield from _shapes_in(each)


def _undocumented(value: Any) -> Any:
    if isinstance(value, Mapping):
        # A text: a member of that name would be a reference to its shape.
        return {
            name: _undocumented(each)
            for name, each in value.items()
            if name != "documentation" or not isinstance(each, str)
        }
    return [_undocumented(each) for each in value] if isinstance(value, list) else value


def _write(file: Path, content: Json) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
