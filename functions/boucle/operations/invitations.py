"""Making invitations, and telling which were not used yet: on the operator's machine, from numbers and a key alone.

No list of codes is kept: how many were made of a wave is all that is written down, so that the next ones are others.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from boucle.core.errors import BoucleError
from boucle.core.identity.invitations import MAX_NUMBER, Invitations, key_of_used_invitation
from boucle.core.identity.receipts import Keyring
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Study, Wave
from boucle.imports.answers.table import CsvRow, CsvTable
from boucle.pages.common import addresses

CODE = "code"
"""The column of a CSV file that holds the codes."""


class CannotInvite(BoucleError):
    """There is nobody to invite, or no number left; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """One code, and where it leads."""

    number: int
    code: str
    link: str


@dataclass(frozen=True, slots=True)
class InvitationBatch:
    """Those who may answer one questionnaire in one wave, by invitation."""

    study: Study
    questionnaire: Questionnaire
    """Its newest version in the wave."""
    wave: Wave
    codes: Invitations

    @property
    def name(self) -> str:
        """`study/questionnaire/wave`, by which numbers are counted."""
        return f"{self.study.id}/{self.questionnaire.id}/{self.wave.id}"

    def make_invitations(self, numbers: Sequence[int], language: str, origin: str) -> list[Invitation]:
        """The invitations of these numbers; the code stands where browsers send it to nobody."""
        form = origin.rstrip("/") + addresses.form(self.study, self.questionnaire.id, language)
        codes = [(number, self.codes.make_code(number)) for number in numbers]
        return [Invitation(number, code, f"{form}#i={code}") for number, code in codes]

    def select_unused_rows(self, file: Path, table: CsvTable, used_invitations: Set[str]) -> list[CsvRow]:
        """The rows whose code was not used. Raises CannotInvite where a code is none of this wave's."""
        read = [(row, self.codes.read((row.cells or {}).get(CODE, ""))) for row in table.rows]
        if strange := [row.number for row, code in read if code is None]:
            raise CannotInvite(
                f"{file}, row {strange[0]}: this is no code of {self.name}. "
                "Give the file of this questionnaire and this wave (--wave), made with the same master key."
            )
        study, questionnaire, wave = self.study.id, self.questionnaire.id, self.wave.id
        return [
            row
            for row, code in read
            if code and key_of_used_invitation(study, questionnaire, wave, code) not in used_invitations
        ]


def find_invitation_batch(
    studies: Mapping[str, Study], keyring: Keyring, study: str, questionnaire: str, wave: str | None, today: date
) -> InvitationBatch:
    """Whom to invite; without a wave, to the one that takes answers now, or will next. Raises CannotInvite."""
    found = studies.get(study)
    if found is None or questionnaire not in found.questionnaire_ids:
        known = ", ".join(
            f"{candidate.id} {name}" for candidate in studies.values() for name in candidate.questionnaire_ids
        )
        raise CannotInvite(f"there is no {study} {questionnaire}: there are {known}")
    inviting = [
        candidate for candidate in found.waves if questionnaire in candidate.invited and wave in (None, candidate.id)
    ]
    if not inviting:
        raise CannotInvite(
            f"{study} asks {questionnaire} by invitation in no wave{f' {wave}' if wave else ''}: write "
            f'"invitations": {{"{questionnaire}": {{}}}} in that wave of study.json'
        )
    chosen = next((candidate for candidate in inviting if today < candidate.over), inviting[-1])
    version = chosen.openings[questionnaire][-1].version
    codes = Invitations(keyring.derive_invitation_key(study, questionnaire, chosen.id))
    return InvitationBatch(found, found.by_version[questionnaire, version], chosen, codes)


def take_numbers(file: Path, name: str, count: int, first: int | None) -> range:
    """The next numbers, or those from `first` on; the file remembers the highest of each. Raises CannotInvite."""
    with file.with_suffix(".lock").open("a") as lock:
        # Two who invite at once must not get the same numbers.
        fcntl.flock(lock, fcntl.LOCK_EX)
        highest: dict[str, int] = json.loads(file.read_text("utf-8")) if file.exists() else {}
        start = first or highest.get(name, 0) + 1
        numbers = range(start, start + count)
        if numbers[-1] > MAX_NUMBER:
            raise CannotInvite(f"{name} has invitations up to number {MAX_NUMBER} only: open another wave")
        _save_numbers(file, highest | {name: max(numbers[-1], highest.get(name, 0))})
    return numbers


def _save_numbers(file: Path, highest: Mapping[str, int]) -> None:
    # Whole under another name first: stopped halfway, the next call must not begin again at number 1.
    beside = file.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as out:
        out.write(json.dumps(highest, indent=2, sort_keys=True) + "\n")
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
