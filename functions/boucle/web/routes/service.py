"""`/api/health` and `/api/openapi.json`: what machines ask before they send anything."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Blueprint, Response

from boucle import __version__
from boucle.web.context import Office
from boucle.web.requests import json_answer


def service_blueprint(office: Office) -> Blueprint:
    """The routes that hold no answers."""
    blueprint = Blueprint("service", __name__)

    @cache
    def document() -> dict[str, Any]:
        from boucle.web.openapi import openapi_document  # with apispec, which a cold start can do without

        return openapi_document(office.versions)

    @blueprint.get("/api/health")
    def health() -> Response:
        """Answers 503 while the store is away, so that nobody is sent here in vain."""
        office.reception.desk.standing("", "", "health")
        return json_answer({"status": "ok", "version": __version__, "demonstration": office.demonstration})

    @blueprint.get("/api/openapi.json")
    def openapi() -> Response:
        return json_answer(document())

    return blueprint
