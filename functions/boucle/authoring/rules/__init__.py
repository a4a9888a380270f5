"""Every rule, by what it looks at: a questionnaire by itself, or a study with all its versions."""

from boucle.authoring.drafts import Draft, StudyDraft
from boucle.authoring.findings import Rule
from boucle.authoring.rules import (
    actions,
    calendar,
    conditions,
    disclosure,
    history,
    interviews,
    names,
    profiles,
    publication,
    questions,
    recordings,
    texts,
    wording,
)

QUESTIONNAIRE_RULES: tuple[Rule[Draft], ...] = (
    *names.RULES,
    *conditions.RULES,
    *questions.RULES,
    *texts.RULES,
    *wording.RULES,
    *publication.RULES,
    *interviews.RULES,
)

STUDY_RULES: tuple[Rule[StudyDraft], ...] = (
    *calendar.RULES,
    *history.RULES,
    *disclosure.RULES,
    *actions.RULES,
    *profiles.RULES,
    *recordings.RULES,
)
