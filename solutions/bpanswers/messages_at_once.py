"""The messages of a sweep in which nobody waits, on six doublings."""

import numpy as np

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth=126,
    points=1,
    passed="2 + 4 + … + 64 = 126, against 12. With 25 doublings it would be 67 million against 50: so a node waits "
    "until everybody has spoken.",
    question="How many messages arrive at a6, at a5, at a4, and how many does each arrival set off?",
    tolerance=0.0,
    misconceptions=(
        Misconception("in_order", 12.0, "12 is what the sweep in order sends. How often does a5 speak, if it does not "
            "wait?"),
        Misconception("last_line_only", 64.0, "64 is what a1 sends. Who else sends something?"),
        Misconception("arrivals_at_sums", 63.0, "63 is how often the six sums speak. How many messages go out each "
            "time?"),
        Misconception("start_counted", 127.0, "127 counts the 1 at the start, too. Did a node send it?"),
        Misconception("power_of_two", 128.0, "128 is 2 to the seventh. Add up what a6, a5, … and a1 send, 2 + 4 + 8 + "
            "…: where do you end?"),
        Misconception("one_doubling_too_many", 254.0, "254 would be right for seven doublings. Does a0 send anything?"),
        Misconception("one_doubling_too_few", 62.0, "62 is right for five doublings. What does a1 send?"),
        Misconception("one_line_left_out", 124.0, "It looks as if the 2 messages of a6 were left out. "
            "Who gets the 1 at the start?"),
        Misconception("grows_by_two", 42.0, "42 is 2 + 4 + 6 + … + 12. If a5 gets 2 messages and passes each on twice, "
            "how many does a4 get?"),
        Misconception("counted_twice", 252.0, "252 is twice the right one. Is a message counted where it is sent and "
            "where it arrives?"),
        Misconception("twice_in_order", 24.0, "24 is twice 12. Does every line send twice as much as in order, or does "
            "it grow from line to line?"),
        Misconception("six_squared", 36.0, "36 is six times six. How many messages does a6 send, how many a5, how many "
            "a4?"),
        Misconception("one_message_for_each", 6.0, "6 is the number of sums. How many inputs does each of them have, "
            "and how often does it speak?"),
    ),
    right=(126, 126.0, np.int64(126)),
    wrong=(0, 125, 32, -126, "126", True, float("inf"), [2, 4, 8], 126.5),
)  # fmt: skip
