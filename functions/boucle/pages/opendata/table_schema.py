"""The columns of the CSV files, as Table Schema describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from boucle.core.release.model import SHOWN, Withheld

STATUSES = [SHOWN, *(reason.value for reason in Withheld)]


@dataclass(frozen=True, slots=True)
class CsvColumn:
    """One column: its name, its Table Schema type, what it means, and what it may hold."""

    name: str
    type: str
    description: str
    constraints: Mapping[str, object] = field(default_factory=dict)

    def to_field(self) -> dict[str, object]:
        """The Table Schema field."""
        described: dict[str, object] = {"name": self.name, "type": self.type, "description": self.description}
        return described | ({"constraints": dict(self.constraints)} if self.constraints else {})


REQUIRED: Mapping[str, object] = {"required": True}
NOT_NEGATIVE: Mapping[str, object] = {"minimum": 0}
PERCENT: Mapping[str, object] = {"minimum": 0, "maximum": 100}

SERIES = (
    CsvColumn("questionnaire", "string", "Whom it was for", REQUIRED),
    CsvColumn("wave", "string", "When it was collected", REQUIRED),
    CsvColumn("release", "integer", "The release that published it", REQUIRED),
    CsvColumn("demonstration", "boolean", "Whether the answers were invented", REQUIRED),
    CsvColumn("type", "string", "The question's type, or crosstab", REQUIRED),
    CsvColumn("question", "string", "The question's stable id", REQUIRED),
    CsvColumn("question_label", "string", "The question", REQUIRED),
)

CELLS = (
    *SERIES,
    CsvColumn("value", "string", "The stored value; empty for no answer"),
    CsvColumn("label", "string", "What the value means", REQUIRED),
    CsvColumn("rank", "string", "For a ranking: the place given to the value (1 is best), or not_ranked"),
    CsvColumn("crossed_question", "string", "For a crosstab: the second question's id"),
    CsvColumn("crossed_question_label", "string", "For a crosstab: the second question"),
    CsvColumn("crossed_value", "string", "For a crosstab: the second question's value; empty for no answer"),
    CsvColumn("crossed_label", "string", "For a crosstab: what that value means"),
    CsvColumn(
        "status", "string", "Whether the figure is shown, or why it is not", {"required": True, "enum": STATUSES}
    ),
    CsvColumn("base", "integer", "How many people the question applied to", NOT_NEGATIVE),
    CsvColumn("count", "integer", "How many of them, after protection; empty when it is not shown", NOT_NEGATIVE),
    CsvColumn("share", "integer", "count / base, in whole percents", PERCENT),
    CsvColumn("margin", "integer", "95 % margin of the share, in points, protection included", NOT_NEGATIVE),
    CsvColumn("below", "integer", "Where the count is under the threshold: the share is less than this", PERCENT),
    CsvColumn("within", "string", "For a crosstab: the question whose answer the next share is among"),
    CsvColumn("within_status", "string", "Whether that share is shown, or why it is not", {"enum": STATUSES}),
    CsvColumn("within_base", "integer", "How many people gave that answer", NOT_NEGATIVE),
    CsvColumn("within_share", "integer", "count / within_base, in whole percents", PERCENT),
    CsvColumn("within_margin", "integer", "95 % margin of that share, in points", NOT_NEGATIVE),
)

ESTIMATES = (
    *SERIES,
    CsvColumn("estimate", "string", "mean, median, nps or share_at_least", REQUIRED),
    CsvColumn("threshold", "integer", "For share_at_least: the lowest rating that counts"),
    CsvColumn(
        "status", "string", "Whether the figure is shown, or why it is not", {"required": True, "enum": STATUSES}
    ),
    CsvColumn("base", "integer", "How many people the question applied to", NOT_NEGATIVE),
    CsvColumn("estimated", "number", "The estimate; a share is in percents"),
    CsvColumn("margin", "number", "95 % margin of the estimate, in its own unit", NOT_NEGATIVE),
)

CODEBOOK = (
    CsvColumn("question", "string", "The question's stable id", REQUIRED),
    CsvColumn("type", "string", "The question's type", REQUIRED),
    CsvColumn("value", "string", "The stored value; empty for no answer"),
    CsvColumn("concept", "string", "What the question measures, shared between questionnaires"),
    CsvColumn("theme", "string", "The theme that the question belongs to"),
    CsvColumn("routed", "boolean", "Whether it is asked to part of the respondents only", REQUIRED),
    CsvColumn("epsilon", "number", "The privacy loss of one answer to this question", NOT_NEGATIVE),
)
"""The labels by language follow."""
