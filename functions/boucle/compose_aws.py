"""The composition root of the web on AWS: the same API, over DynamoDB."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from boucle.aws import clients
from boucle.aws.settings import AwsSettings
from boucle.clocks import SystemClock
from boucle.core.receipts import Keyring
from boucle.pages import shells
from boucle.pages.i18n import words
from boucle.pages.renderer import Renderer
from boucle.storage.dynamodb import DynamoDesk
from boucle.surveys import read_surveys
from boucle.web.app import create_app


def application(environment: Mapping[str, str]) -> Flask:
    """The API. Raises IncompleteEnvironment, and StoreAway when the master key cannot be read."""
    settings = AwsSettings.from_environment(environment)
    return create_app(
        studies=read_surveys(settings.surveys),
        desk=DynamoDesk(client=clients.dynamodb, tables=settings.tables),
        keyring=Keyring(clients.secret(settings.master_key)),
        clock=SystemClock(),
        renderer=Renderer(shells.built(settings.shells)),
        speak=words,
        seal_text=bytes,
        public_origin=settings.origin,
    )
