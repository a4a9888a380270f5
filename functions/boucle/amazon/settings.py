"""Where things are on AWS: from the function's environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from boucle.core.errors import BoucleError
from boucle.storage.dynamodb_store.tables import Tables

TASK_ROOT = "LAMBDA_TASK_ROOT"
SURVEYS = "surveys"
SHELLS = "built-site"
EXCERPT = "botocore-excerpt"
"""Folders of the package."""


class IncompleteEnvironment(BoucleError):
    """The function's environment lacks something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsSettings:
    """One installation on AWS, as one of its functions sees it."""

    name: str
    """The prefix of the tables and of the job's metrics."""
    root: Path
    """The unpacked package."""
    bucket: str
    vault: str
    master_key: str
    """The name of the secret that holds it; its value never stands in an environment."""
    origin: str
    text_key: str
    """The public key that free texts are sealed to; empty where no study asks for any."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> AwsSettings:
        """Raises IncompleteEnvironment, with the names of all that is missing."""
        names = {
            "name": "BOUCLE_NAME",
            "bucket": "BOUCLE_BUCKET",
            "vault": "BOUCLE_VAULT",
            "master_key": "BOUCLE_MASTER_KEY",
            "origin": "BOUCLE_ORIGIN",
        }
        missing = [variable for variable in (*names.values(), TASK_ROOT) if not environment.get(variable)]
        if missing:
            raise IncompleteEnvironment(f"the function's environment lacks {', '.join(missing)}: deploy it again")
        given = {field: environment[name] for field, name in names.items()}
        return cls(root=Path(environment[TASK_ROOT]), text_key=environment.get("BOUCLE_TEXT_KEY", ""), **given)

    @property
    def tables(self) -> Tables:
        """The names of its tables."""
        return Tables.with_prefix(self.name)

    @property
    def surveys(self) -> Path:
        """The studies in the package."""
        return self.root / SURVEYS

    @property
    def shells(self) -> Path:
        """The shells of the site's pages in the package, which the API's and the job's pages are drawn in."""
        return self.root / SHELLS

    @property
    def excerpt(self) -> Path:
        """The part of botocore's data in the package (`web_clients.py`)."""
        return self.root / EXCERPT
