"""Rules on recordings: in a language that has some, all that the newest version says can be heard as it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from boucle.authoring.lint.drafts import Draft, StudyDraft
from boucle.authoring.lint.issues import Flaw, error, warning
from boucle.content.surveys import recording_file, recordings_file, version_order
from boucle.core.canonical import fingerprint
from boucle.core.study.recordings import Recording, unheard

NAMED = 5
"""How many names a message gives; `boucle recordings list` gives them all."""

LOST_RULE = "lost-recording"


@dataclass(frozen=True, slots=True)
class Heard:
    """A questionnaire in one language: the file of its newest version, what that says, and what is recorded."""

    version: Path
    language: str
    texts: Mapping[str, str]
    recorded: Mapping[str, Recording]

    def flaw(self, message: str, names: Sequence[str], remedy: str) -> Flaw:
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        file = recordings_file(self.version.parent.parent, self.version.parent.name)
        return Flaw(f"/languages/{self.language}", f"{message}: {', '.join(names[:NAMED])}{more}.", remedy, file)

    def command(self, word: str) -> str:
        return f"`boucle recordings {word} {self.version} {self.language}`"


def missing_recordings(draft: StudyDraft) -> Iterator[Flaw]:
    """In a language that has recordings, every text has one."""
    for each in _heard(draft):
        silent = unheard(each.texts, each.recorded)
        if silent:
            message = f"Without recording: {len(silent)} of {len(each.texts)} texts"
            yield each.flaw(message, silent, f"Record what this lists: {each.command('list')}.")


def stale_recordings(draft: StudyDraft) -> Iterator[Flaw]:
    """A recording reads a text that the newest version says."""
    for each in _heard(draft):
        said = {fingerprint(text.encode()) for text in each.texts.values()}
        stale = [name for name, recording in each.recorded.items() if recording.text not in said]
        if stale:
            remedy = f"Record anew or delete the files, then: {each.command('accept')}."
            yield each.flaw("The text has changed since it was recorded", stale, remedy)


def lost_recordings(draft: StudyDraft) -> Iterator[Flaw]:
    """A recording that is listed has its file."""
    for each in _heard(draft):
        folder, questionnaire = draft.file.parent, each.version.parent.name
        files = {name: recording_file(folder, questionnaire, each.language, name) for name in each.recorded}
        lost = [name for name, file in files.items() if not file.is_file()]
        if lost:
            remedy = f"Put the files back, or do without them: {each.command('accept')}."
            yield each.flaw("The file is not there", lost, remedy)


def _heard(draft: StudyDraft) -> Iterator[Heard]:
    # Imported here: whoever lints a study without recordings does without the pages.
    from boucle.languages.catalogues import NoCatalogue
    from boucle.pages.forms.spoken import spoken

    newest = {each.questionnaire.id: each for each in sorted(draft.drafts, key=_age)}
    for id, language, recorded in _recorded(draft):
        if id in newest and recorded and language in newest[id].questionnaire.languages:
            # A language without interface words is `interface-language`'s business.
            with suppress(NoCatalogue):
                texts = spoken(draft.study, newest[id].questionnaire, language)
                yield Heard(newest[id].file, language, texts, recorded)


def _age(draft: Draft) -> tuple[int, ...]:
    return version_order(draft.questionnaire.version)


def _recorded(draft: StudyDraft) -> Iterator[tuple[str, str, Mapping[str, Recording]]]:
    for id, recordings in draft.recordings.items():
        for language, recorded in recordings.items():
            yield id, language, recorded


RULES = (
    warning("missing-recording", missing_recordings),
    warning("stale-recording", stale_recordings),
    error(LOST_RULE, lost_recordings),
)
