"""The name that installations deployed by v0.1.0 call, for one version."""

from boucle.entrypoints.lambda_api import app as app
