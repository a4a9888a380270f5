"""`/api/health` and `/api/openapi.json`: what machines ask before they send anything."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Blueprint, Response

from boucle import __version__
from boucle.core.addresses import HEALTH, OPENAPI
from boucle.web.context import ApiContext
from boucle.web.requests import make_json_response


def make_service_blueprint(context: ApiContext) -> Blueprint:
    """The routes that hold no answers."""
    blueprint = Blueprint("service", __name__)

    @cache
    def load_document() -> dict[str, Any]:
        from boucle.web.openapi import build_openapi_document  # with apispec, which a cold start can do without

        return build_openapi_document(context.versions)

    @blueprint.get(HEALTH)
    def health() -> Response:
        """Answers 503 while the store is away, so that nobody is sent here in vain."""
        context.submissions.store.read_standing("", "", "health")
        return make_json_response(
            {"status": "ok", "version": __version__, "demonstration": context.renderer.demonstration}
        )

    @blueprint.get(OPENAPI)
    def openapi() -> Response:
        return make_json_response(load_document())

    return blueprint
