"""Rules of what may not change once a wave has opened: its answers lie under its names, and are counted as they are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from boucle.authoring.lint.drafts import StudyDraft
from boucle.authoring.lint.issues import IssueDraft, LintIssue, make_error_rule
from boucle.config.clocks import SystemClock
from boucle.content.renames import find_renamings
from boucle.content.surveys import find_study_file, read_history, read_lock, version_order
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.history import HISTORY_FILE, find_broken_promises, record_study


def check_opened_study(draft: StudyDraft) -> Iterator[IssueDraft]:
    """A wave that has opened keeps its id, its first day, its questionnaires and its versions, and each its mode."""
    before = read_history(draft.file.absolute().parent.parent).studies.get(draft.json["id"])
    if before is None:
        return
    newest = (versions[-1] for versions in _group_versions(draft))
    guides = {questionnaire.id for questionnaire in newest if questionnaire.is_guide}
    unread = {name for name, _ in draft.versions} - {name for name, _ in draft.by_version}
    now = record_study(draft.json, guides | (before.guides & unread))
    indices = {wave["id"]: index for index, wave in enumerate(draft.json["waves"])}
    for broken in find_broken_promises(before, now, SystemClock().now().date()):
        pointer = f"/waves/{indices[broken.wave]}" if broken.wave in indices else "/waves"
        yield IssueDraft(pointer, broken.message, broken.remedy)


def check_changed_modes(draft: StudyDraft) -> Iterator[IssueDraft]:
    """Every version of a questionnaire has its mode: answers that are counted never become those of interviews."""
    for versions in _group_versions(draft):
        for questionnaire in versions[1:]:
            if questionnaire.is_guide != versions[0].is_guide:
                kinds = ("a guide of interviews", "counted")
                was, became = kinds if versions[0].is_guide else kinds[::-1]
                message = f'"{questionnaire.id}" was {was} in {versions[0].version}, and is {became} here.'
                remedy = "Give it a questionnaire of its own: no series counts both."
                file = draft.by_version[questionnaire.id, questionnaire.version].file
                yield IssueDraft("/mode" if questionnaire.is_guide else "", message, remedy, file)


def _group_versions(draft: StudyDraft) -> Iterator[list[Questionnaire]]:
    read = sorted(
        (version.questionnaire for version in draft.by_version.values()),
        key=lambda questionnaire: (questionnaire.id, version_order(questionnaire.version)),
    )
    return (list(versions) for _, versions in groupby(read, key=lambda questionnaire: questionnaire.id))


OPENED_STUDY = make_error_rule("opened-study-changed", check_opened_study)
RULES = (OPENED_STUDY, make_error_rule("mode-changed", check_changed_modes))


def find_lost_studies(surveys: Path) -> Iterator[LintIssue]:
    """The studies that have opened and whose folder is not there, or holds another study."""
    today = SystemClock().now().date()
    renamed = {renaming.before for renaming in find_renamings(surveys, read_lock(surveys))}  # told of the lock
    for id, study in read_history(surveys).studies.items():
        if id not in renamed and study.has_opened(today) and not (surveys / id / "study.json").is_file():
            found = find_study_file(surveys, id)
            message, remedy = f'The study "{id}" has opened, and its folder is gone.', "Put the folder back as it was."
            if found is not None:
                message = f'The study "{id}" has opened, and its folder is called "{found.parent.name}" now.'
                remedy = f'Rename the folder to "{id}" again: its pages and answers lie under that name.'
            draft = IssueDraft("" if found else f"/studies/{id}", message, remedy)
            yield OPENED_STUDY.make_issue(draft, found or surveys / HISTORY_FILE)
