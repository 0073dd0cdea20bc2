"""The fewest sweeps for a Jacobian, where a program may be cut."""

import numpy as np

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth=4,
    points=1,
    passed="Two reverse sweeps from the two numbers back to the inputs, two forward ones from there to the outputs. "
    "Then one product of an (8, 2) and a (2, 6) matrix.",
    question="For each stretch, write down how many numbers go in and come out. Which of the two is the smaller?",
    tolerance=0.0,
    misconceptions=(
        Misconception("forward_all_through", 6.0, "6 sweeps in forward mode go through the whole program. Where could "
            "you cut it so that fewer are enough?"),
        Misconception("reverse_all_through", 8.0, "8 is what reverse mode costs without a cut, or forward mode on both "
            "sides of the two numbers, 6 + 2. Which mode is the cheap one for each piece?"),
        Misconception("one_piece_only", 2.0, "2 sweeps give the Jacobian of one of the pieces. What does the other "
            "piece cost?"),
        Misconception("both_modes", 14.0, "14 is 6 + 8, a sweep for every column and for every row. Would the columns "
            "alone not be the whole matrix?"),
        Misconception("every_entry", 48.0, "48 is the number of entries. How many entries does one sweep give?"),
        Misconception("ten", 10.0, "10 is what reverse mode costs on both sides of the two numbers, 2 + 8, or what "
            "three pieces cost, 6 + 2 + 2. Which cut and which modes cost less?"),
        Misconception("one_for_all", 1.0, "One sweep gives one row or one column. How many rows has the Jacobian of "
            "the stretch from the two numbers to the outputs?"),
        Misconception("three", 3.0, "3 is one sweep for each step of the program. How many columns or rows does the "
            "Jacobian of each piece have?"),
        Misconception("forty", 40.0, "40 is the number of values in the middle. Must a sweep be made for each of "
            "them?"),
        Misconception("all_numbers", 56.0, "56 is the number of all values. Does each of them need a sweep of its "
            "own?"),
        Misconception("product", 12.0, "It looks as if the sweeps of the first piece were multiplied, 6 · 2. A sweep "
            "gives a whole row or column: how many does the first piece need?"),
        Misconception("second_product", 16.0, "It looks as if rows and columns of the second piece were multiplied, "
            "2 · 8, or the whole paid in reverse mode twice. What does one sweep give?"),
    ),
    right=(4, 4.0, np.int64(4), np.array([4])),
    wrong=(0, 5, 7, -4, "4", True, float("nan"), [2, 2], 4.01),
)  # fmt: skip
