"""Where each page of a study stands, from the root of the site. A study's first language has no prefix."""

from __future__ import annotations

from boucle.core.addresses import AUDIO_PREFIX, EMBED_PREFIX, responses_address
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Study
from boucle.core.study.recordings import Recording


def home(study: Study, language: str) -> str:
    """`/`, or `/en/`."""
    return "/" if language == study.languages[0] else f"/{language}/"


def form(study: Study, questionnaire: str, language: str) -> str:
    """The page of a questionnaire: `/en/parcours/candidats/`."""
    return f"{home(study, language)}{study.id}/{questionnaire}/"


def sending(study: Study, questionnaire: str, language: str) -> str:
    """The words that the form's script fetches once the form can be used."""
    return f"/_boucle/sending/{study.id}.{questionnaire}.{language}.html"


def recording_index(study: Study, questionnaire: Questionnaire, language: str) -> str:
    """Which recording reads each text of a version's page."""
    return f"{AUDIO_PREFIX}{study.id}.{questionnaire.id}.{questionnaire.version}.{language}.json"


def recording(recording: Recording) -> str:
    """A recording; its name changes with its sound."""
    return f"{AUDIO_PREFIX}{recording.file.removeprefix('sha256:')[:16]}.opus"


def others(study: Study, questionnaire: str, language: str) -> str:
    """The words around one's own choices beside those of others, fetched on request."""
    return f"/_boucle/others/{study.id}.{questionnaire}.{language}.html"


def results(study: Study, language: str) -> str:
    """The page of results."""
    return f"{home(study, language)}{study.id}/results/"


def themes(study: Study, language: str, theme: str = "") -> str:
    """The page of one theme; without one, the page that lists them."""
    return f"{home(study, language)}{study.id}/themes/{f'{theme}/' if theme else ''}"


def actions(study: Study, language: str) -> str:
    """Where a study says what was decided because of it."""
    return f"{home(study, language)}{study.id}/actions/"


def actions_file(study: Study, name: str) -> str:
    """What stands beside that page for other sites: the feed, the badges."""
    return f"/{study.id}/actions/{name}"


def embed(study: Study, figure: str, language: str) -> str:
    """One figure alone, for other sites to frame; the only addresses that may be framed."""
    return f"{EMBED_PREFIX}{study.id}/{figure}.{language}.html"


def receipt(study: Study, language: str) -> str:
    """Where a code is looked up, and an answer withdrawn."""
    return f"{home(study, language)}{study.id}/receipt/"


def privacy(study: Study, language: str) -> str:
    """The anonymity sheet: what is stored and published, and with which guarantee."""
    return f"{home(study, language)}{study.id}/privacy/"


def accessibility(study: Study, language: str) -> str:
    """The page that says how accessible the site is."""
    return f"{home(study, language)}accessibilite/"


def responses(study: Study, questionnaire: Questionnaire) -> str:
    """Where answers to this version are posted."""
    return responses_address(study.id, questionnaire.id, questionnaire.version)
