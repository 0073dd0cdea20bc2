"""Two ways from a to E, in one's head."""

import numpy as np

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth=16.0 * 2 + 8.0 * 8,
    points=1,
    passed="Over b the way gives 32, over c it gives 64, and where ways join they add.",
    question="Go back from E: what reaches b, what reaches c, and what does each of them send on to a?",
    misconceptions=(
        Misconception("over_b_only", 32.0, "32 is what the way over b brings. Does a reach E in another way, too?"),
        Misconception("over_c_only", 64.0, "64 is what the way over c brings. Does a reach E in another way, too?"),
        Misconception("multiplied", 2048.0, "2048 is the product of the two ways. Rates multiply along one way; what "
            "do they do where two ways join?"),
        Misconception("averaged", 48.0, "48 is the mean of the two ways (and what comes if dc/da is taken for 2). If a "
            "moves both b and c, do the effects share, or do they add up?"),
        Misconception("subtracted", -32.0, "-32 is one way minus the other. What do the effects do where two ways "
            "join?"),
        Misconception("value_itself", 128.0, "128 is E itself. How fast does E change when a changes?"),
        Misconception("value_of_b", 8.0, "8 is b, and also dc/da. How fast does E change when a changes?"),
        Misconception("local_only", 10.0, "10 is the sum of db/da and dc/da. How does E answer to b, and how to c?"),
        Misconception("product_of_derivatives", 16.0, "16 is c, and also db/da times dc/da. Is the derivative of a "
            "product the product of the derivatives?"),
        Misconception("stopped_at_b_and_c", 24.0, "24 is dE/db plus dE/dc. How do b and c answer to a?"),
        Misconception("slope_of_b_missing", 80.0, "80 is 16 + 64. The way over b brings dE/db alone: how does b answer "
            "to a?"),
        Misconception("slope_of_c_missing", 40.0, "40 is 32 + 8. The way over c brings dE/dc alone: how does c answer "
            "to a?"),
        Misconception("own_factor", 144.0, "144 is what comes if dE/db is taken for b and dE/dc for c. Hold c still "
            "and move b: by how much does E move?"),
        Misconception("sign", -96.0, "-96 is below 0. Of all the local derivatives on the way, which one is below 0?"),
        Misconception("doubled", 192.0, "192 is twice the right one. How many ways lead from a to E, and how often is "
            "each of them counted?"),
        Misconception("power_kept", 384.0, "384 is 6 a³. What happens to the power of a³ when it is differentiated?"),
        Misconception("nothing_inserted", 6.0, "6 is the factor that stands before the power of a once 2a³ is "
            "differentiated. What is still to be inserted?"),
        Misconception("at_another_a", 54.0, "54 is what comes at a = 3. At which a is it asked for?"),
    ),
    right=(96, np.float64(96), 6 * 4**2),
    wrong=(0, 90, 95, 97, "96", True, float("nan"), 96j, [32, 64], {}, 96.1),
)  # fmt: skip
