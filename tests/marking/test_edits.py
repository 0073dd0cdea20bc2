"""Mistakes that are small edits of a right program."""

import pytest
from bpanswers.common.edits import edited, slips, solution


def test_an_edit_of_what_does_not_stand_there_is_refused():
    with pytest.raises(ValueError, match="'W3' does not stand in the program"):
        edited(solution("train"), ("W3", "W2"))


def test_the_last_function_that_a_program_defines_is_edited():
    program = "def half(x):\n    return x / 2\n\n\ndef quarter(x):\n    return half(half(x)) + offset\n"
    assert edited(program, offset=1)(8) == 3 and edited(program, ("/ 2", "* 2"), offset=0)(8) == 32
    mistake = slips(program, offset=0)("doubled", "Why?", ("/ 2", "* 2"), alone=True)
    assert (mistake.name, mistake.wrong(1), mistake.alone) == ("doubled", 4, True)
