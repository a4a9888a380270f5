"""Requests that schemathesis makes up from the OpenAPI document, right and wrong, against what wrote it.

`make faults` asks for more of each: BOUCLE_DESCRIBED=300.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from support.api import ApiInstallation

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("BOUCLE_DESCRIBED", "60"))
HERE = ApiInstallation(monotonic=lambda: 0.0)
HERE.clock.time = datetime(2026, 3, 1, tzinfo=UTC)
DESCRIBED = schemathesis.openapi.from_wsgi("/api/openapi.json", HERE.app)


@DESCRIBED.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_is_asked_the_answer_is_one_of_those_described(case: schemathesis.Case[Any]) -> None:
    """No 5xx; a described status, of a described kind, of its described shape."""
    before = len(HERE.store.responses)
    answer = case.call()
    assert answer.status_code < 500
    assert len(HERE.store.responses) == before + (answer.status_code == 201)
    # Not asked: that whatever fits the document is taken. Which answers go together is more than a schema can say.
    case.validate_response(answer, excluded_checks=[positive_data_acceptance])
