"""The API's description agrees with what the API does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from support.api import EVERY_TYPE, ApiInstallation, make_submission

HERE = ApiInstallation()
DOCUMENT: dict[str, Any] = HERE.client.get("/api/openapi.json").json or {}
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]


def validator(component: str) -> Validator:
    resource = Resource.from_contents(DOCUMENT, default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("urn:api", resource)
    return Draft202012Validator({"$ref": f"urn:api#/components/schemas/{component}"}, registry=registry)


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "$ref")
        node = list(node.values())
    if isinstance(node, list):
        for reference in node:
            yield from references(reference)


def test_every_route_is_described() -> None:
    rules = {rule.rule.replace("<", "{").replace(">", "}") for rule in HERE.app.url_map.iter_rules()}
    assert rules - {"/api/openapi.json"} == set(DOCUMENT["paths"])


def test_every_schema_is_valid_and_every_reference_leads_somewhere() -> None:
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)
    assert {reference.rpartition("/")[2] for reference in references(DOCUMENT)} <= set(SCHEMAS)


def test_every_version_has_its_questions() -> None:
    for version in ("1.0.0", "2.0.0", "3.0.0"):
        answers = SCHEMAS[f"Answers.etude.candidats.{version}"]
        assert list(answers["properties"]) == [question.id for question in EVERY_TYPE.questions]


@pytest.mark.parametrize(
    "answers",
    [
        {"accompagne": "yes", "note": 7, "avis": "dont_know", "grille.suivi": "mal", "distance": 12.5},
        {"accompagne": "no", "freins": ["langue"], "ordre": ["a", "c"], "debut": "2020-02-29", "message": "Merci"},
        {"accompagne": "no", "freins": ["langue", "langue"]},
        {"accompagne": "no", "avis": 9},
        {"accompagne": "no", "enfants": "3"},
        {"accompagne": "no", "inconnue": 1},
    ],
)
def test_what_the_description_allows_is_what_the_api_takes(answers: object) -> None:
    sent: Any = make_submission(answers)
    described = validator("Submission.etude.candidats.1.0.0").is_valid(sent)
    assert described == (HERE.send(answers).status_code == 201)


def test_problems_and_receipts_are_as_described() -> None:
    refused, taken = HERE.send({"accompagne": "oui"}), HERE.send()
    validator("Problem").validate(refused.json)
    validator("Receipt").validate(taken.json)
    validator("Health").validate(HERE.client.get("/api/health").json)
