"""The Lambda function: every event comes here first, and passes the guard."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

from boucle.aws.guard import Stage, admitted_request, is_the_schedule

STAGE = "BOUCLE_STAGE"


def handle(event: object, context: object) -> object:
    """Answer a web request, or run the job; all else raises RefusedEvent."""
    stage = Stage(os.environ[STAGE])
    if is_the_schedule(event, stage):
        from boucle.aws import job  # the web's function never needs it

        return job.run(os.environ)
    return _zappa()(admitted_request(event, stage), context)


@cache
def _zappa() -> Callable[[object, object], object]:
    from zappa.handler import LambdaHandler  # the job never needs it

    handler: Callable[[object, object], object] = LambdaHandler.lambda_handler
    return handler
