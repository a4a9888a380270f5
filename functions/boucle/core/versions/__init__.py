"""How two versions of a questionnaire differ, what that costs a series, and the lock of published versions."""
