"""Several labels in one cell, some of which hold what stands between them."""

from __future__ import annotations

from collections.abc import Container

from boucle.imports.answers.spelling import fold, tidy

Parse = tuple[int, list[tuple[str, bool]]]
"""How many parts are no label, and the cell's labels and other parts in order; whether each is a label."""


def split_labels(cell: str, separator: str | None, known: Container[str]) -> tuple[list[str], list[str]]:
    """The known labels of a cell, folded, and what stands beside them: the longest label that fits comes first.

    Parts that follow each other and are no label are one text, with the separator in it.
    """
    parts = cell.split(separator) if separator else [cell]
    joint = separator or ""
    # From the end: the best reading of what follows each part, as few unknown parts as can be.
    readings: list[Parse] = [(0, [])]
    for start in range(len(parts) - 1, -1, -1):
        rest = readings[0]
        best: Parse = (rest[0] + bool(parts[start].strip()), [(parts[start], False), *rest[1]])
        for end in range(start + 1, len(parts) + 1):
            label, following = fold(joint.join(parts[start:end])), readings[end - start - 1]
            # The longer one where both fit: it comes later.
            if label in known and following[0] <= best[0]:
                best = (following[0], [(label, True), *following[1]])
        readings.insert(0, best)
    return [label for label, is_known in readings[0][1] if is_known], _join_unknown(readings[0][1], joint)


def _join_unknown(read: list[tuple[str, bool]], joint: str) -> list[str]:
    runs: list[list[str]] = [[]]
    for part, is_known in read:
        if is_known:
            runs.append([])
        else:
            runs[-1].append(part)
    return [text for run in runs if (text := tidy(joint.join(run)))]
