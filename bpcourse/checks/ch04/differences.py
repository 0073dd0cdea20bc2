"""Chapter 04: the central difference."""

import numpy as np

from ..engine import Exercise, Misconception


class _Cubic:
    """f(theta) = sum c theta^3 + theta^T Q theta, whose central difference is known in closed form for every h."""

    def __init__(self, rng, shape):
        size = int(np.prod(shape))
        self.shape, self.c, self.Q = shape, rng.normal(size=size), rng.normal(size=(size, size)) / np.sqrt(size)

    def __call__(self, theta):
        theta = np.asarray(theta, dtype=float)
        if theta.shape != self.shape:
            raise ValueError(f"f was called with an array of shape {theta.shape}; theta has the shape {self.shape}")
        x = theta.ravel()
        return float((self.c * x**3).sum() + x @ self.Q @ x)

    def central(self, theta, h):
        """3 c theta^2 + c h^2 from the cubes, (Q + Q^T) theta from the squares."""
        x = theta.ravel()
        return (3 * self.c * x**2 + self.c * h**2 + (self.Q + self.Q.T) @ x).reshape(theta.shape)


def _f_theta_h(rng):
    return [
        {"f": _Cubic(rng, shape), "theta": rng.normal(size=shape), "h": h}
        for shape, h in (((7,), 0.1), ((4, 3), 0.05), ((5,), 0.2))
    ]


def _nudges(f, theta, h, up=1.0, down=1.0, over=None, restore=True):
    """(f(theta + up h) - f(theta - down h)) / over for each entry; with restore=False the nudges stay in theta."""
    out = np.empty(theta.shape)
    for i in np.ndindex(theta.shape):
        here = theta[i]
        theta[i] = here + up * h
        high = f(theta)
        theta[i] = here - down * h
        low = f(theta)
        if restore:
            theta[i] = here
        out[i] = (high - low) / ((up + down) * h if over is None else over * h)
    return out


def _rows(f, theta, h):
    out, theta = np.empty(theta.shape), theta.copy()
    for i in range(len(theta)):
        here = theta[i].copy()
        theta[i] = here + h
        high = f(theta)
        theta[i] = here - h
        out[i] = (high - f(theta)) / (2 * h)
        theta[i] = here
    return out


CENTRAL_DIFFERENCES = Exercise(
    name="central_differences",
    inputs=_f_theta_h,
    truth=lambda f, theta, h: f.central(theta, h),
    parts={"gradient": 3},
    passed="For cubic functions your differences equal the closed form, for three sizes of h, vector or matrix.",
    misconceptions=(
        Misconception(
            "one_sided",
            lambda f, theta, h: _nudges(f, theta, h, down=0.0),
            "That is (f(theta + h) - f(theta)) / h, off by a multiple of h. What cancels if you step both ways?",
        ),
        Misconception(
            "backward",
            lambda f, theta, h: _nudges(f, theta, h, up=0.0),
            "That is (f(theta) - f(theta - h)) / h, off by a multiple of h. What cancels if you step both ways?",
        ),
        Misconception(
            "divided_by_h",
            lambda f, theta, h: _nudges(f, theta, h, over=1.0),
            "Exactly twice the right one. How far apart are theta + h and theta - h?",
        ),
        Misconception(
            "sign",
            lambda f, theta, h: _nudges(f, theta, h, up=-1.0, down=-1.0, over=2.0),
            "The right one with the wrong sign. Which of the two losses is taken from which?",
        ),
        Misconception(
            "not_restored",
            lambda f, theta, h: _nudges(f, theta.copy(), h, restore=False),
            "The first entry is right, the later ones are not: the earlier nudges are still in theta. "
            "When is it put back?",
        ),
        Misconception(
            "theta_left_changed",
            lambda f, theta, h: _nudges(f, theta, h, restore=False),
            "theta comes back changed, and the nudges add up from entry to entry. When is each entry put back?",
        ),
        Misconception(
            "all_at_once",
            lambda f, theta, h: (f(theta + h) - f(theta - h)) / (2 * h),
            "You nudge all entries together and get one number. How do you learn what one entry does?",
        ),
        Misconception(
            "rows_together",
            _rows,
            "Right for a vector, wrong for a matrix: there theta[i] is a whole row. How do you reach single entries?",
        ),
        Misconception(
            "half_step",
            lambda f, theta, h: _nudges(f, theta, h / 2),
            "You step h/2 each way. The task steps h each way; with a cubic f the two differ. What is your nudge?",
        ),
        Misconception(
            "double_step",
            lambda f, theta, h: _nudges(f, theta, 2 * h),
            "You step 2h each way. The task steps h each way; with a cubic f the two differ. What is your nudge?",
        ),
        Misconception(
            "h_ignored",
            lambda f, theta, h: _nudges(f, theta, 1e-5),
            "The step does not depend on h: it looks like a very small number of your own. Where does h come in?",
        ),
        Misconception(
            "f_of_one_entry",
            lambda f, theta, h: np.array([(f(t + h) - f(t - h)) / (2 * h) for t in theta]),
            "f is called with one entry of theta, but f needs all of theta. "
            "How do you nudge one entry and pass them all?",
        ),
    ),
)
