"""The names of the fields that a form sends beside its questions', one spelling for pages and for what reads them.

A field is named by its question's id; a name that begins with RESERVED_PREFIX is the form's own.
"""

from __future__ import annotations

from collections.abc import Mapping

from boucle.core.questionnaire.values import YES

Typed = Mapping[str, tuple[str, ...]]
"""What a form sent, by field name, as typed."""

RESERVED_PREFIX = "_"
LANGUAGE_FIELD = "_language"
MODE_FIELD = "_mode"
"""How the form was answered; releases call the figure of it alike."""
WAVE_FIELD = "_wave"
"""The wave in which the form was opened."""
STEP_FIELD = "_step"
TOKEN_FIELD = "_id"  # noqa: S105  # the field's name, no secret
"""The submission id that the server minted and signed."""
INVITATION_FIELD = "_invitation"
TRAP_FIELD = "_website"
"""A field of the form that people do not see; programs that fill in everything fill it in too."""
CONSENT_PREFIX = "_consent."
"""A free text's consent to be quoted is a field of this name, then the question's id."""
CONSENT_GIVEN = YES
