"""What `make mutants` makes of the survivors and of the file that lists them."""

from importlib import import_module

run = import_module("mutants.run")
find_complaints, make_title, read_listed = run.find_complaints, run.make_title, run.read_listed

LISTED = """# What survives, and why.

core.privacy.gate.gate
  Nobody can tell.
- a < b
+ a <= b

core.release.cells.epsilon
  Another folder's.
- 1
+ 2
"""
GATE = ("core.privacy.gate.gate", ("- a < b", "+ a <= b"))
OTHER = ("core.privacy.gate.gate", ("- a < b", "+ a > b"))


def test_a_function_is_called_as_it_is_written() -> None:
    assert make_title("boucle.core.privacy.gate.x_gate__mutmut_3") == "core.privacy.gate.gate"
    assert make_title("boucle.core.privacy.gate.x__find_reason__mutmut_12") == "core.privacy.gate._find_reason"
    assert make_title("boucle.core.privacy.plan.xǁ_Mergedǁstates__mutmut_1") == "core.privacy.plan._Merged.states"


def test_the_survivors_of_a_folder_are_read_from_the_list() -> None:
    assert read_listed(LISTED, "core/privacy") == [GATE]
    assert read_listed(LISTED, "core/release") == [("core.release.cells.epsilon", ("- 1", "+ 2"))]
    assert read_listed(LISTED, "core") == [GATE, ("core.release.cells.epsilon", ("- 1", "+ 2"))]


def test_a_survivor_that_is_not_listed_and_a_listed_one_that_is_gone_are_said() -> None:
    assert list(find_complaints([GATE], [GATE])) == []
    [new] = find_complaints([GATE, OTHER], [GATE])
    assert new.split("\n")[1:] == [
        "Survives, and is not listed: write a test that kills it, or say why none can.",
        "core.privacy.gate.gate",
        "- a < b",
        "+ a > b",
    ]
    [gone] = find_complaints([], [GATE])
    assert "take it out" in gone


def test_the_same_change_twice_in_one_function_is_listed_twice() -> None:
    assert len(list(find_complaints([GATE, GATE], [GATE]))) == 1
    assert list(find_complaints([GATE, GATE], [GATE, GATE])) == []
