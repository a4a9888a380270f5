"""Rules on recordings: in a language that has some, all that the newest version says can be heard as it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from boucle.authoring.lint.drafts import Draft, StudyDraft
from boucle.authoring.lint.issues import IssueDraft, make_error_rule, make_warning_rule
from boucle.content.surveys import recording_file, recordings_file, version_order
from boucle.core.canonical import fingerprint
from boucle.core.study.recordings import Recording, find_unrecorded

MAX_NAMED = 5
"""How many names a message gives; `boucle recordings list` gives them all."""

LOST_RULE = "lost-recording"


@dataclass(frozen=True, slots=True)
class SpokenVersion:
    """A questionnaire in one language: the file of its newest version, what that says, and what is recorded."""

    version: Path
    language: str
    texts: Mapping[str, str]
    recorded: Mapping[str, Recording]

    def make_issue(self, message: str, names: Sequence[str], remedy: str) -> IssueDraft:
        """An issue that lists some names of recordings, at this language in the file that lists them all."""
        more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
        file = recordings_file(self.version.parent.parent, self.version.parent.name)
        return IssueDraft(
            f"/languages/{self.language}", f"{message}: {', '.join(names[:MAX_NAMED])}{more}.", remedy, file
        )

    def make_command(self, word: str) -> str:
        """The command, such as `list` or `accept`, to run for this version and language."""
        return f"`boucle recordings {word} {self.version} {self.language}`"


def check_missing_recordings(draft: StudyDraft) -> Iterator[IssueDraft]:
    """In a language that has recordings, every text has one."""
    for version in _find_spoken_versions(draft):
        silent = find_unrecorded(version.texts, version.recorded)
        if silent:
            message = f"Without recording: {len(silent)} of {len(version.texts)} texts"
            yield version.make_issue(message, silent, f"Record what this lists: {version.make_command('list')}.")


def check_stale_recordings(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A recording reads a text that the newest version says."""
    for version in _find_spoken_versions(draft):
        said = {fingerprint(text.encode()) for text in version.texts.values()}
        stale = [name for name, recording in version.recorded.items() if recording.text not in said]
        if stale:
            remedy = f"Record anew or delete the files, then: {version.make_command('accept')}."
            yield version.make_issue("The text has changed since it was recorded", stale, remedy)


def check_lost_recordings(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A recording that is listed has its file."""
    for version in _find_spoken_versions(draft):
        folder, questionnaire = draft.file.parent, version.version.parent.name
        files = {name: recording_file(folder, questionnaire, version.language, name) for name in version.recorded}
        lost = [name for name, file in files.items() if not file.is_file()]
        if lost:
            remedy = f"Put the files back, or do without them: {version.make_command('accept')}."
            yield version.make_issue("The file is not there", lost, remedy)


def _find_spoken_versions(draft: StudyDraft) -> Iterator[SpokenVersion]:
    # Imported here: whoever lints a study without recordings does without the pages.
    from boucle.languages.catalogues import NoCatalogue
    from boucle.pages.forms.spoken import list_spoken_texts

    newest = {version.questionnaire.id: version for version in sorted(draft.drafts, key=_version_key)}
    for id, language, recorded in _list_recorded(draft):
        if id in newest and recorded and language in newest[id].questionnaire.languages:
            # A language without interface words is `interface-language`'s business.
            with suppress(NoCatalogue):
                texts = list_spoken_texts(draft.study, newest[id].questionnaire, language)
                yield SpokenVersion(newest[id].file, language, texts, recorded)


def _version_key(draft: Draft) -> tuple[int, ...]:
    return version_order(draft.questionnaire.version)


def _list_recorded(draft: StudyDraft) -> Iterator[tuple[str, str, Mapping[str, Recording]]]:
    for id, recordings in draft.recordings.items():
        for language, recorded in recordings.items():
            yield id, language, recorded


RULES = (
    make_warning_rule("missing-recording", check_missing_recordings),
    make_warning_rule("stale-recording", check_stale_recordings),
    make_error_rule(LOST_RULE, check_lost_recordings),
)
