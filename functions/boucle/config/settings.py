"""Where things are: from the environment, or from the command line over it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = {
    "home": "BOUCLE_HOME",
    "surveys": "BOUCLE_SURVEYS",
    "site": "BOUCLE_SITE",
    "origin": "BOUCLE_ORIGIN",
    "client_header": "BOUCLE_CLIENT_HEADER",
    "trusted_proxies": "BOUCLE_TRUSTED_PROXIES",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One installation on one machine."""

    home: Path = Path(".boucle")
    """The folder that holds the answers, the ledger, the keys, and what is built and published."""
    surveys: Path = Path("surveys")
    site: Path = Path("site")
    origin: str | None = None
    """The public address, such as https://enquete.example.org; None takes that of each request."""
    trusted_proxies: int | None = None
    """How many proxies in front say who asks; None: one where `client_header` is said, else nobody is in front."""
    client_header: str | None = None
    """The header in which they say it; None: X-Forwarded-For."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Those that `to_environment` wrote, or an operator; the defaults for what is not named, or empty."""
        given = {field: environment[name] for field, name in ENVIRONMENT.items() if environment.get(name)}
        folders = {field: Path(value) for field, value in given.items() if field in {"home", "surveys", "site"}}
        proxies = given.get("trusted_proxies")
        return cls(
            **folders,
            origin=given.get("origin"),
            trusted_proxies=int(proxies) if proxies else None,
            client_header=given.get("client_header"),
        )

    def to_environment(self) -> dict[str, str]:
        """The same settings for a process that this one starts."""
        values = {field: getattr(self, field) for field in ENVIRONMENT}
        return {ENVIRONMENT[field]: str(value) for field, value in values.items() if value is not None}

    @property
    def forwarding(self) -> tuple[int, str]:
        """How many proxies in front say who asks, and in which header."""
        count = self.trusted_proxies
        if count is None:
            count = 1 if self.client_header else 0
        return count, self.client_header or "X-Forwarded-For"

    @property
    def clock_file(self) -> Path:
        """Its presence makes the home a demonstration's, for ever."""
        return self.home / "simulated-clock.json"

    @property
    def demonstration(self) -> bool:
        """Whether the home is a demonstration's: its days are simulated, and its answers invented."""
        return self.clock_file.exists()

    @property
    def responses_file(self) -> Path:
        """Responses and free texts."""
        return self.home / "responses.sqlite3"

    @property
    def ledger_file(self) -> Path:
        """The sealed cohorts."""
        return self.home / "ledger.sqlite3"

    @property
    def used_invitations_file(self) -> Path:
        """The invitations that were used."""
        return self.home / "invitations.sqlite3"

    @property
    def invitations_file(self) -> Path:
        """How many invitations were made of each wave."""
        return self.home / "invitations.json"

    @property
    def vault_folder(self) -> Path:
        """The write-once copy of the ledger."""
        return self.home / "vault"

    @property
    def published_folder(self) -> Path:
        """What is published, laid over the built site."""
        return self.home / "published"

    @property
    def built_folder(self) -> Path:
        """A link to the site that is being served."""
        return self.home / "built-site"

    @property
    def accepted_folder(self) -> Path:
        """A link to a copy of the studies as they were when a site was last built: what a server goes on with."""
        return self.home / "accepted-surveys"

    @property
    def served_folder(self) -> Path:
        """The files of the versions that were served last: what an edited one was when people answered it."""
        return self.home / "served"

    @property
    def master_key_file(self) -> Path:
        """The key of receipts and invitations; without it they lead nowhere."""
        return self.home / "master.key"

    @property
    def text_key_file(self) -> Path:
        """The public key of free texts; its presence seals them."""
        return self.home / "texts.pub"

    @property
    def moderation_file(self) -> Path:
        """The moderators' book."""
        return self.home / "moderation.sqlite3"

    @property
    def clock_record_file(self) -> Path:
        """The last day on which this machine's clock was believed."""
        return self.home / "clock-record.json"

    @property
    def job_file(self) -> Path:
        """What the job reported when it last ran."""
        return self.home / "last-job.json"


def read_current_settings() -> Settings:
    """The settings that the environment of this process names."""
    return Settings.from_environment(os.environ)
