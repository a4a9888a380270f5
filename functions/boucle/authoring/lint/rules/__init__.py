"""Every rule, by what it looks at: a questionnaire by itself, or a study with all its versions."""

from boucle.authoring.lint.drafts import Draft, StudyDraft
from boucle.authoring.lint.issues import Rule
from boucle.authoring.lint.rules import (
    actions,
    conditions,
    disclosure,
    history,
    interviews,
    names,
    placeholders,
    profiles,
    promises,
    publication,
    questions,
    recordings,
    texts,
    waves,
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
    *waves.RULES,
    *history.RULES,
    *promises.RULES,
    *disclosure.RULES,
    *actions.RULES,
    *profiles.RULES,
    *placeholders.RULES,
    *recordings.RULES,
)
