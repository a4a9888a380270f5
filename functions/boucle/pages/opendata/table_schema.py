"""The columns of the CSV files, as Table Schema describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from boucle.pages.results.document import Withheld

STATUSES = ["shown", *(each.value for each in Withheld)]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its Table Schema type, what it means, and what it may hold."""

    name: str
    type: str
    description: str
    constraints: Mapping[str, object] = field(default_factory=dict)

    def described(self) -> dict[str, object]:
        """The Table Schema field."""
        described: dict[str, object] = {"name": self.name, "type": self.type, "description": self.description}
        return described | ({"constraints": dict(self.constraints)} if self.constraints else {})


REQUIRED: Mapping[str, object] = {"required": True}
NOT_NEGATIVE: Mapping[str, object] = {"minimum": 0}
PERCENT: Mapping[str, object] = {"minimum": 0, "maximum": 100}

SERIES = (
    Column("questionnaire", "string", "Whom it was for", REQUIRED),
    Column("wave", "string", "When it was collected", REQUIRED),
    Column("release", "integer", "The release that published it", REQUIRED),
    Column("demonstration", "boolean", "Whether the answers were invented", REQUIRED),
    Column("type", "string", "The question's type, or crosstab", REQUIRED),
    Column("question", "string", "The question's stable id", REQUIRED),
    Column("question_label", "string", "The question", REQUIRED),
)

CELLS = (
    *SERIES,
    Column("value", "string", "The stored value; empty for no answer"),
    Column("label", "string", "What the value means", REQUIRED),
    Column("rank", "string", "For a ranking: the place given to the value (1 is best), or not_ranked"),
    Column("crossed_question", "string", "For a crosstab: the second question's id"),
    Column("crossed_question_label", "string", "For a crosstab: the second question"),
    Column("crossed_value", "string", "For a crosstab: the second question's value; empty for no answer"),
    Column("crossed_label", "string", "For a crosstab: what that value means"),
    Column("status", "string", "Whether the figure is shown, or why it is not", {"required": True, "enum": STATUSES}),
    Column("base", "integer", "How many people the question applied to", NOT_NEGATIVE),
    Column("count", "integer", "How many of them, after protection; empty when it is not shown", NOT_NEGATIVE),
    Column("share", "integer", "count / base, in whole percents", PERCENT),
    Column("margin", "integer", "95 % margin of the share, in points, protection included", NOT_NEGATIVE),
    Column("below", "integer", "Where the count is under the threshold: the share is less than this", PERCENT),
    Column("within", "string", "For a crosstab: the question whose answer the next share is among"),
    Column("within_status", "string", "Whether that share is shown, or why it is not", {"enum": STATUSES}),
    Column("within_base", "integer", "How many people gave that answer", NOT_NEGATIVE),
    Column("within_share", "integer", "count / within_base, in whole percents", PERCENT),
    Column("within_margin", "integer", "95 % margin of that share, in points", NOT_NEGATIVE),
)

ESTIMATES = (
    *SERIES,
    Column("estimate", "string", "mean, median, nps or share_at_least", REQUIRED),
    Column("threshold", "integer", "For share_at_least: the lowest rating that counts"),
    Column("status", "string", "Whether the figure is shown, or why it is not", {"required": True, "enum": STATUSES}),
    Column("base", "integer", "How many people the question applied to", NOT_NEGATIVE),
    Column("estimated", "number", "The estimate; a share is in percents"),
    Column("margin", "number", "95 % margin of the estimate, in its own unit", NOT_NEGATIVE),
)

CODEBOOK = (
    Column("question", "string", "The question's stable id", REQUIRED),
    Column("type", "string", "The question's type", REQUIRED),
    Column("value", "string", "The stored value; empty for no answer"),
    Column("concept", "string", "What the question measures, shared between questionnaires"),
    Column("theme", "string", "The theme that the question belongs to"),
    Column("routed", "boolean", "Whether it is asked to part of the respondents only", REQUIRED),
    Column("epsilon", "number", "The privacy loss of one answer to this question", NOT_NEGATIVE),
)
"""The labels by language follow."""
