"""From the JSON of study.json, and the study's questionnaires, to the frozen study."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.translations import available_languages
from boucle.core.strictjson import Json
from boucle.core.study.model import (
    AccessibilityAudit,
    Controller,
    HelpLine,
    KnownProfile,
    Mechanism,
    Opening,
    Study,
    Wave,
)

DEFAULT_GRACE_DAYS = 7


def parse_study(source: Json, questionnaires: Sequence[Questionnaire]) -> Study:
    """The study that a valid file describes."""
    return Study(
        id=source["id"],
        languages=available_languages(source),
        title=source["title"],
        description=source.get("description", {}),
        audiences=source.get("audiences", {}),
        controller=Controller(**source["controller"]),
        retention_days=source["retention_days"],
        mechanism=Mechanism(**source.get("publication", {})),
        waves=tuple(_parse_wave(wave) for wave in source["waves"]),
        questionnaires=tuple(questionnaires),
        audit=_parse_audit(source["accessibility_audit"]) if "accessibility_audit" in source else None,
        own_beside_others=tuple(source.get("own_beside_others", ())),
        help_lines=tuple(HelpLine(**line) for line in source.get("help_lines", ())),
    )


def _parse_audit(source: Json) -> AccessibilityAudit:
    return AccessibilityAudit(**{**source, "date": date.fromisoformat(source["date"])})


def _parse_wave(source: Json) -> Wave:
    return Wave(
        id=source["id"],
        opens=date.fromisoformat(source["opens"]),
        closes=date.fromisoformat(source["closes"]),
        grace_days=source.get("grace_days", DEFAULT_GRACE_DAYS),
        openings={name: _parse_openings(listed) for name, listed in source["questionnaires"].items()},
        population=source.get("population", {}),
        known_profiles={name: KnownProfile(**profile) for name, profile in source.get("known_profile", {}).items()},
        invited={name: said.get("invited") for name, said in source.get("invitations", {}).items()},
        **{name: source[name] for name in ("hold_after", "proof_of_work") if name in source},
    )


def _parse_openings(source: Sequence[Json]) -> tuple[Opening, ...]:
    openings = (Opening(version=opening["version"], opens=date.fromisoformat(opening["from"])) for opening in source)
    return tuple(sorted(openings, key=lambda opening: opening.opens))
