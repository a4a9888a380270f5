"""The composition root of the web on AWS: the same API, over DynamoDB."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from boucle.amazon.settings import AwsSettings, IncompleteEnvironment
from boucle.amazon.web_clients import WebClients
from boucle.config.clocks import SystemClock
from boucle.content.surveys import Studies, read_surveys
from boucle.core.identity.receipts import Keyring
from boucle.core.questionnaire.model import FreeText
from boucle.languages.catalogues import words
from boucle.moderation.sealing import sealer
from boucle.pages.common import shells
from boucle.pages.forms.renderer import Renderer
from boucle.storage.dynamodb_store.stores import DynamoDesk
from boucle.storage.dynamodb_store.used_invitations import DynamoSpent
from boucle.submissions.submission import TextSealer
from boucle.web.app import create_app


def application(environment: Mapping[str, str]) -> Flask:
    """The API. Raises IncompleteEnvironment, and StoreAway when the master key cannot be read."""
    settings = AwsSettings.from_environment(environment)
    clients = WebClients(settings.excerpt)
    studies = read_surveys(settings.surveys)
    return create_app(
        studies=studies,
        desk=DynamoDesk(client=clients.dynamodb, tables=settings.tables),
        spent=DynamoSpent(client=clients.dynamodb, tables=settings.tables),
        keyring=Keyring(clients.secret(settings.master_key)),
        clock=SystemClock(),
        renderer=Renderer(shells.built(settings.shells)),
        speak=words,
        seal_text=_text_sealer(settings, studies),
        public_origin=settings.origin,
    )


def _text_sealer(settings: AwsSettings, studies: Studies) -> TextSealer:
    """Nobody's database but their own holds texts that it could read. Raises IncompleteEnvironment."""
    if settings.text_key:
        return sealer(settings.text_key)
    versions = (version for study in studies.values() for version in study.questionnaires)
    if any(isinstance(question, FreeText) for version in versions for question in version.questions):
        raise IncompleteEnvironment(
            "the function's environment lacks BOUCLE_TEXT_KEY, the public key that `boucle keys new` writes: "
            "free texts are never stored unsealed outside one's own machine"
        )
    return bytes
