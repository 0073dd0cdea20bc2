"""A gradient check that leaves out what it cannot judge, and says how much is left."""

import numpy as np

from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution
from .common.sizes import sizes

PROGRAM = solution("careful_check")
RIGHT, LEFT, SLOPE = "(f(theta + step) - here) / h", "(here - f(theta - step)) / h", "(right + left) / 2"
JUDGED, ERROR, BEGIN = "abs(right - left) <= limit", "abs(grad[i] - (right + left) / 2)", "-1.0, 0, f(theta)"
STEP = "        step = np.zeros(theta.shape)\n        step[i] = h\n"
LIMIT = 0.5


class Loss:
    """f: smooth, and with a kink |theta_i - at_i| for some entries i; each entry is coupled to the next one.

    A kink makes the two slopes differ by more than 1.2 LIMIT,
    what is smooth by less than 0.8 LIMIT. All that times scale.
    """

    def __init__(self, rng, theta, kinks, h, scale=1.0):
        n, self.form, self.kinks, self.scale = theta.size, theta.shape, kinks.reshape(-1), scale
        aside, sign = rng.uniform(-0.4, 0.4, n), rng.choice([-1, 1], n)
        # How far the two slopes are apart: at the first kink, the third, ... by less than two limits
        little = np.cumsum(self.kinks) % 2 == 1
        apart = sign * LIMIT * np.where(little, rng.uniform(1.3, 1.75, n), rng.uniform(2.3, 12, n))
        self.at = theta.reshape(-1) + h * aside
        self.height = np.where(self.kinks, apart / 2 / (1 - np.abs(aside)), 0.0)
        self.line = rng.normal(size=n)
        self.bend = np.where(self.kinks, 0.0, sign * rng.uniform(0.4, 0.75, n) * LIMIT / h)
        self.third = rng.normal(size=n) / h**2 / 4
        self.centre, self.pull = theta.reshape(-1).astype(float), rng.normal(size=n)

    def __call__(self, theta):
        theta = np.asarray(theta, dtype=float)
        if theta.shape != self.form:
            error = ValueError(f"f takes an array of shape {self.form}; {theta.shape} came")
            raise error
        x = theta.reshape(-1)
        d = x - self.centre
        smooth = self.line @ d + self.bend @ d**2 / 2 + self.third @ d**3 + self.pull @ (d * np.roll(d, 1)) + 1.5
        return float(self.scale * (smooth + self.height @ np.abs(x - self.at)))

    def slopes(self, h):
        """(right, left) of every entry, by their formulas; where theta is the centre."""
        sides = []
        for s in (h, -h):
            jump = self.height * (np.abs(self.centre + s - self.at) - np.abs(self.centre - self.at))
            own = self.pull * s**2 if len(self.line) == 1 else 0.0  # the only entry is its own neighbour
            sides.append((self.line * s + self.bend * s**2 / 2 + self.third * s**3 + own + jump) * self.scale / s)
        return sides


def _case(rng, shape, share, wrong=0.3, worst_at_kink=False, scale=1.0):
    """share: of the entries that have a kink. wrong: share of the entries of grad that are far off."""
    theta, h = rng.normal(size=shape), float(rng.uniform(0.1, 0.4))
    kinks = rng.random(shape) < share
    f = Loss(rng, theta, kinks, h, scale)
    if theta.size == 1:
        f.pull[:] = 0.0
    middle = sum(f.slopes(h)).reshape(shape) / 2
    off = 0.05 * rng.normal(size=shape) + np.where(rng.random(shape) < wrong, rng.normal(size=shape) * 2, 0)
    grad = middle + scale * (off + np.where(kinks & worst_at_kink, 7.0, 0.0))
    return {"f": f, "theta": theta, "grad": grad, "h": h, "limit": scale * LIMIT * float(rng.uniform(0.9, 1.1))}


def _at_the_limit(rng):
    """Numbers that a computer holds exactly: straight lines, a kink that is just as large as the limit, larger ones."""
    case = _case(rng, (6,), 0.5)
    f, case["theta"], case["h"], case["limit"] = case["f"], rng.integers(-5, 6, size=6).astype(float), 0.5, 2.0
    f.height = np.array([1.0, 2.0, 0.0, 1.0, 0.0, 4.0]) * rng.choice([-1, 1], 6)
    f.kinks, f.centre, f.at = f.height != 0, case["theta"], case["theta"]
    f.line, f.bend, f.third, f.pull = rng.integers(-4, 5, size=6).astype(float), *np.zeros((3, 6))
    case["grad"] = f.line + np.array([5.0, 0.0, 1.0, -1.0, 0.5, 9.0]) * rng.uniform(0.5, 1)
    return case


def inputs(rng):
    plan = (
        *(((5,), 0.4, 0.3, True), ((4, 3), 0.3, 0.3, True), ((6,), 0.0), ((3, 2), 1.0), ((1,), 0.0), ((1,), 1.0)),
        *(
            ((2, 1, 3), 0.5, 0.5, True),
            ((7,), 0.6, 0.0, True),
            ((3, 3), 0.3),
            ((130,), 0.5, 0.1, True),
            ((2, 2, 1, 3), 0.4),
        ),
    )
    cases = [_case(rng, *args) for args in plan]
    for case in cases[:2]:  # at least one kink and one entry that is smooth
        while len(set(case["f"].kinks.tolist())) < 2:
            case |= _case(rng, case["theta"].shape, 0.4, 0.3, True)
    cases += [_case(rng, (6,), 0.5, scale=scale) for scale in (0.01, 100.0)]
    cases.append(_at_the_limit(rng))
    return [*cases, _case(rng, (5,), 0.3) | {"limit": 1e6}, _case(rng, (4,), 0.4) | {"limit": 0.0}]


def wide(rng):
    shape = tuple(sizes(rng, int(rng.integers(1, 4)), most=4))
    share, scale = float(rng.choice([0.0, 0.3, 0.7, 1.0])), float(rng.choice([1, 0.01]))
    case = _case(rng, shape, share, float(rng.uniform(0, 1)), bool(rng.random() < 0.5), scale)
    return case | ({"limit": float(rng.choice([0.0, 1e6]))} if rng.random() < 0.2 else {})


def truth(f, theta, grad, h, limit):
    """No call of f: its slopes by their formulas."""
    right, left = f.slopes(h)
    fine = np.abs(right - left) <= limit
    errors = np.abs(grad.reshape(-1) - (right + left) / 2)[fine]
    return errors.max() if fine.any() else -1.0, float(fine.sum())


def central(f, theta, grad, h, limit):
    """On one copy that is put back; central differences and second differences."""
    errors, x = [], theta.astype(float)
    for i in np.ndindex(x.shape):
        x[i] = theta[i] + h
        up = f(x)
        x[i] = theta[i] - h
        down = f(x)
        x[i] = theta[i]
        if not abs(up - 2 * f(x) + down) / h > limit:
            errors.append(abs((up - down) / (2 * h) - grad[i]))
    return max(errors, default=-1), len(errors)


def flat(f, theta, grad, h, limit):
    """All entries first, then the mask."""
    n, here = theta.size, f(theta)
    steps = h * np.eye(n).reshape(n, *theta.shape)
    r = np.array([f(theta + step) - here for step in steps]) / h
    l = np.array([here - f(theta - step) for step in steps]) / h  # noqa: E741
    errors = np.where(np.abs(r - l) > limit, -1.0, np.abs(grad.ravel() - 0.5 * (r + l)))
    return [errors.max(), np.sum(errors >= 0)]


slip, part = slips(PROGRAM), slips(PROGRAM, alone=True)


def worst(name, new, message):
    return part(name, f"`worst` {message}", (ERROR, new))


EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"worst": 2, "judged": 2},
    passed="The check says what it found and how much it looked at. Twenty entries of a hundred are no proof for the "
    "other eighty.",
    shapes={"theta": "...", "grad": "..."},
    room={
        "a kink near every entry": lambda case: case["f"].kinks.all() and case["limit"] < 1e5,
        "no kink": lambda case: not case["f"].kinks.any(),
        "kinks near some entries": lambda case: len(set(case["f"].kinks.tolist())) == 2,
        "no entry that is judged": lambda case: truth(**case)[1] == 0,
        "a limit that lets all pass": lambda case: case["limit"] > 1e5,
        "a limit below 0.1": lambda case: 0 < case["limit"] < 0.1,
        "two slopes exactly as far apart as the limit": lambda case: (
            case["limit"] == 2 and bool((np.abs(np.subtract(*case["f"].slopes(case["h"]))) == 2).any())
        ),
        "a limit of 0": lambda case: case["limit"] == 0,
        "its largest error at a kink": lambda case: _largest_at_kink(case),
        "a single entry": lambda case: case["theta"].size == 1,
        "more than three dimensions": lambda case: case["theta"].ndim > 3,
        "more than 100 entries": lambda case: case["theta"].size > 100,
    },
    wide=wide,
    ask={
        "worst": "For one entry that is judged: which slope is `grad` compared with, and which of all errors is kept?",
        "judged": "For one entry: how far apart are its two slopes, and how far may they be?",
    },
    misconceptions=(
        slip("kinks_ignored", "Every entry is judged. What becomes of the entries whose two slopes are far apart?",
             (JUDGED, "True")),
        slip("only_kinks_judged", "You judge the entries at kinks, and leave out the others. Which of them can a "
             "difference judge?", (JUDGED, "abs(right - left) > limit")),
        slip("disagreement_taken_for_a_kink", "You leave out the entries where `grad` disagrees, and so the check "
             "acquits every wrong gradient. By what alone is a kink told?", (JUDGED, f"{ERROR} <= limit")),
        slip("sign_of_the_bend", "You leave out kinks that bend upwards alone, or downwards alone. What is missing in "
             "`right - left`?", (JUDGED, "right - left <= limit")),
        slip("relative_limit", "You compare the difference of the slopes with their size. With what does the task "
             "compare it?", (JUDGED, "abs(right - left) <= limit * max(abs(right), abs(left))")),
        slip("not_divided", "You compare the two sides before they are divided by h. Is `limit` a difference of "
             "slopes, or of losses?", (JUDGED, "abs(right - left) * h <= limit")),
        slip("divided_twice", "You divide the difference of the slopes by h once more. Is `limit` one of slopes?",
             (JUDGED, "abs(right - left) / h <= limit")),
        slip("half_the_difference", "With you the two slopes may be twice as far apart as `limit`. What does the task "
             "compare with it?", (JUDGED, "abs(right - left) / 2 <= limit")),
        slip("stopped_at_the_first_kink", "You stop at the first kink. What of the entries behind it?",
             (f"        if {JUDGED}:\n",
              "        if abs(right - left) > limit:\n            break\n        else:\n")),
        slip("kinks_counted", "`judged` counts all entries, the ones at kinks, too. How many were compared?",
             ("return worst, judged", "return worst, theta.size")),
        slip("left_out_counted", "`judged` is the number of entries that were left out. Which number is asked for?",
             ("return worst, judged", "return worst, theta.size - judged")),
        slip("share_judged", "`judged` is a share. Which number is asked for?",
             ("return worst, judged", "return worst, judged / theta.size")),
        slip("nothing_is_perfect", "Where no entry can be judged you say that the worst error is 0. Has the gradient "
             "passed a check then?", (BEGIN, "0.0, 0, f(theta)")),
        slip("equal_left_out", "You leave out entries whose slopes are just as far apart as `limit`. Which does the "
             "task leave out?", (JUDGED, "abs(right - left) < limit")),
        worst("right_slope_only", "abs(grad[i] - right)", "compares with the slope on the right. Of which two slopes "
              "is the mean asked for?"),
        worst("left_slope_only", "abs(grad[i] - left)", "compares with the slope on the left. Of which two slopes is "
              "the mean asked for?"),
        worst("nearest_slope", "min(abs(grad[i] - right), abs(grad[i] - left))", "compares with the nearer of the two "
              "slopes. With which slope does the task compare?"),
        worst("farthest_slope", "max(abs(grad[i] - right), abs(grad[i] - left))", "compares with the farther of the "
              "two slopes. With which slope does the task compare?"),
        worst("slopes_added", "abs(grad[i] - (right + left))", "compares with the sum of the two slopes. What makes a "
              "mean of it?"),
        worst("signed_error", "grad[i] - (right + left) / 2", "takes errors with their sign, so that one far below 0 "
              "counts as small. How large is an error?"),
        worst("relative_error", f"{ERROR} / max(abs(grad[i]), abs((right + left) / 2))", "divides the errors by the "
              "size of the slopes. Which error does the task define?"),
        worst("squared", f"{ERROR} ** 2", "squares the errors. Which error does the task define?"),
        part("last_error", "`worst` is the error of the last entry that was judged. Which of all errors is asked for?",
             (f"max(worst, {ERROR})", ERROR)),
        part("smallest_error", "`worst` is the smallest error. Which of all errors is asked for?",
             (f"max(worst, {ERROR})", f"min(worst, {ERROR}) if judged else {ERROR}")),
        part("sum_of_errors", "`worst` is the sum of all errors. Which of them is asked for?",
             (f"max(worst, {ERROR})", f"{ERROR} + (worst if judged else 0)")),
        part("mean_of_errors", "`worst` is the mean error. In a large array, what does a mean do with one entry that "
             "is far off?", (f"max(worst, {ERROR})", f"({ERROR} + (worst * judged if judged else 0)) / (judged + 1)")),
        slip("nudges_pile_up", "The nudge of an entry is still there when the next one is nudged. What must `step` "
             "hold beside the one `h`?", (STEP, "        step[i] = h\n"),
             ("    for i in", "    step = np.zeros(theta.shape)\n    for i in")),
        slip("all_nudged_at_once", "You nudge all entries at once. Of which entry is that the slope?",
             ("step[i] = h", "step[...] = h")),
        slip("first_axis_only", "You nudge whole rows, if `theta` has more than one dimension. How do you get at "
             "single entries?", ("np.ndindex(theta.shape)", "range(len(theta))"), ("grad[i]", "np.ravel(grad[i])[0]")),
        slip("left_sign", "The slope on the left has the wrong sign. Which of the two losses stands first?",
             (LEFT, "(f(theta - step) - here) / h")),
        slip("not_over_h", "Your slopes are not divided by h. What makes a slope of a difference?",
             (RIGHT, "(f(theta + step) - here)"), (LEFT, "(here - f(theta - step))")),
    ),
    right=(central, flat),
    wrong=(
        *(edited(PROGRAM, change) for change in (
            ("step[i] = h", "step[i] = 1e-5"), ("np.ndindex(theta.shape)", "list(np.ndindex(theta.shape))[:100]"),
            ("np.ndindex(theta.shape)", "list(np.ndindex(theta.shape))[1:]"), (JUDGED, "abs(right - left) <= 0.5"),
            (JUDGED, "abs(right - left) <= max(limit, 0.1)"), (ERROR, "min(abs(grad[i] - (right + left) / 2), 2)"),
            ("return worst, judged", "return judged, worst"), ("return worst, judged", "return worst"),
            ("return worst, judged", "return worst, max(judged, 1)"),
            ("    worst, judged, here", "    theta += h\n    worst, judged, here"),
            ("return worst, judged", "return abs(worst), judged"), (SLOPE, "right * 0.9 + left * 0.1"),
        )),
        lambda f, theta, grad, h, limit: (float(np.abs(grad).max()), theta.size),
    ),
)  # fmt: skip


def _largest_at_kink(case):
    """True if the largest error of all entries is one of those that are not judged."""
    f = case["f"]
    errors = np.abs(case["grad"].reshape(-1) - sum(f.slopes(case["h"])) / 2)
    return truth(**case)[1] > 0 and errors.max() > truth(**case)[0]
