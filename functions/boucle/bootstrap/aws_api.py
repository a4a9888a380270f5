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
from boucle.languages.catalogues import translator_for
from boucle.moderation.sealing import make_sealer
from boucle.pages.common import shells
from boucle.pages.forms.renderer import PageRenderer
from boucle.storage.dynamodb_store.stores import DynamoResponseStore
from boucle.storage.dynamodb_store.used_invitations import DynamoUsedInvitations
from boucle.submissions.submit import TextSealer
from boucle.web.app import create_app


def make_application(environment: Mapping[str, str]) -> Flask:
    """The API. Raises IncompleteEnvironment, and StoreUnavailable when the master key cannot be read."""
    settings = AwsSettings.from_environment(environment)
    clients = WebClients(settings.excerpt)
    studies = read_surveys(settings.surveys)
    return create_app(
        studies=studies,
        store=DynamoResponseStore(client=clients.dynamodb, tables=settings.tables),
        used_invitations=DynamoUsedInvitations(client=clients.dynamodb, tables=settings.tables),
        keyring=Keyring(clients.read_secret(settings.master_key)),
        clock=SystemClock(),
        renderer=PageRenderer(shells.shells_of(settings.shells)),
        translator_for=translator_for,
        seal_text=_make_text_sealer(settings, studies),
        public_origin=settings.origin,
    )


def _make_text_sealer(settings: AwsSettings, studies: Studies) -> TextSealer:
    """Nobody's database but their own holds texts that it could read. Raises IncompleteEnvironment."""
    if settings.text_key:
        return make_sealer(settings.text_key)
    versions = (version for study in studies.values() for version in study.questionnaires)
    if any(isinstance(question, FreeText) for version in versions for question in version.questions):
        raise IncompleteEnvironment(
            "the function's environment lacks BOUCLE_TEXT_KEY, the public key that `boucle keys new` writes: "
            "free texts are never stored unsealed outside one's own machine"
        )
    return bytes
