"""The attacker with a solver: which counts each cell of each cohort can have, given all that was ever published.

Against unbounded noise there is nothing to find, by construction. It is here for other mechanisms, and for mistakes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from boucle.audit.facts import Facts
from boucle.core.errors import BoucleError

TOLERANCE = 1e-6


class SolverMissing(BoucleError):
    """highspy is not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeasibleInterval:
    """How many people one cell of one cohort can hold; nobody knows when publications contradict each other."""

    group: str
    cell: str
    cohort: int
    low: int
    high: int

    @property
    def width(self) -> int:
        """How many people the cell might hold, less one; negative where nothing is possible."""
        return self.high - self.low

    @property
    def is_certain(self) -> bool:
        """Whether one number only is possible."""
        return self.width == 0


def find_feasible_intervals(facts: Facts) -> list[FeasibleInterval]:
    """The interval of every cell of every cohort, by linear programming. Raises SolverMissing."""
    program = _LinearProgram(facts)
    return [
        program.find_interval(cohort, cell) for cohort in range(len(facts.sizes)) for cell in range(len(facts.cells))
    ]


class _LinearProgram:
    """One variable for each cell of each cohort; rows for the sizes of cohorts and for what was published."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.solver = _make_solver()
        for _ in range(facts.tried):
            self.solver.addVar(0, math.inf)
        for cohort, size in enumerate(facts.sizes):
            self._add_row(size, size, [self._variable_index(cohort, cell) for cell in range(len(facts.cells))])
        for statement in facts.statements:
            if statement.proves:
                counted = [
                    self._variable_index(cohort, cell)
                    for cohort in range(statement.release)
                    for cell in statement.cells
                ]
                self._add_row(statement.low, statement.high, counted)

    def find_interval(self, cohort: int, cell: int) -> FeasibleInterval:
        """Between what numbers one cell of one cohort lies."""
        variable = self._variable_index(cohort, cell)
        self.solver.changeColCost(variable, 1)
        lowest = self._optimise("kMinimize")
        highest = self._optimise("kMaximize")
        self.solver.changeColCost(variable, 0)
        # Where no exact counts fit, what was taken as proven is not: an interval that holds nothing.
        possible = lowest is not None and highest is not None
        return FeasibleInterval(
            group=self.facts.name,
            cell=self.facts.cells[cell],
            cohort=cohort + 1,
            low=math.ceil((lowest or 0) - TOLERANCE) if possible else 1,
            high=math.floor((highest or 0) + TOLERANCE) if possible else 0,
        )

    def _optimise(self, sense: str) -> float | None:
        highspy = _import_highspy()
        self.solver.changeObjectiveSense(getattr(highspy.ObjSense, sense))
        self.solver.run()
        if self.solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return None
        return float(self.solver.getInfo().objective_function_value)

    def _variable_index(self, cohort: int, cell: int) -> int:
        return cohort * len(self.facts.cells) + cell

    def _add_row(self, low: float, high: float, variables: list[int]) -> None:
        self.solver.addRow(low, high, len(variables), variables, [1.0] * len(variables))


def _make_solver() -> Any:
    solver = _import_highspy().Highs()
    solver.setOptionValue("output_flag", False)
    return solver


def _import_highspy() -> Any:
    try:
        import highspy
    except ImportError:
        raise SolverMissing("the linear programming attacker needs highspy: pip install 'boucle[audit]'") from None
    return highspy
