"""Witnesses without a line of bpcourse: the numeric examples in 50-digit arithmetic, and gradients by complex steps."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import mpmath as mp
import numpy as np

mp.mp.dps = 50
S3 = {
    "inputs": ["0.02", "0.04"], "targets": ["0.5", "0.9"], "alpha": "0.1", "biases": ["0.4", "0.7"],
    "weights": ["0.25", "0.25", "0.15", "0.20", "0.30", "0.35", "0.40", "0.35"],
}  # fmt: skip
FAMOUS = {
    "inputs": ["0.05", "0.10"], "targets": ["0.01", "0.99"], "alpha": "0.5", "biases": ["0.35", "0.60"],
    "weights": ["0.15", "0.20", "0.25", "0.30", "0.40", "0.45", "0.50", "0.55"],
}  # fmt: skip


def start(example, number=mp.mpf):
    """Weights w1..w8 and shared biases b1, b2 as exact numbers."""
    return [number(w) for w in example["weights"]] + [number(b) for b in example["biases"]]


def lines(example, theta=None, number=mp.mpf, exp=mp.exp):
    """{name: exact value} of every line of one training step, unit by unit."""
    w1, w2, w3, w4, w5, w6, w7, w8, b1, b2 = theta = theta or start(example)
    i1, i2 = map(number, example["inputs"])
    y1, y2 = map(number, example["targets"])
    v = {"z(h1)": w1 * i1 + w2 * i2 + b1, "z(h2)": w3 * i1 + w4 * i2 + b1}
    for h in ("h1", "h2"):
        v[f"a({h})"] = 1 / (1 + exp(-v[f"z({h})"]))
    v["z(o1)"] = w5 * v["a(h1)"] + w6 * v["a(h2)"] + b2
    v["z(o2)"] = w7 * v["a(h1)"] + w8 * v["a(h2)"] + b2
    for o, y in (("o1", y1), ("o2", y2)):
        v[f"a({o})"] = 1 / (1 + exp(-v[f"z({o})"]))
        v[f"E({o})"] = (y - v[f"a({o})"]) ** 2 / 2
    v["E"] = v["E(o1)"] + v["E(o2)"]
    for unit in ("o1", "o2", "h1", "h2"):
        e = exp(-v[f"z({unit})"])
        v[f"g'({unit})"] = e / (1 + e) ** 2
    v["delta(o1)"] = (v["a(o1)"] - y1) * v["g'(o1)"]
    v["delta(o2)"] = (v["a(o2)"] - y2) * v["g'(o2)"]
    v["delta(h1)"] = v["g'(h1)"] * (v["delta(o1)"] * w5 + v["delta(o2)"] * w7)
    v["delta(h2)"] = v["g'(h2)"] * (v["delta(o1)"] * w6 + v["delta(o2)"] * w8)
    sources = [("h1", i1), ("h1", i2), ("h2", i1), ("h2", i2)]
    sources += [(o, v[f"a({h})"]) for o in ("o1", "o2") for h in ("h1", "h2")]
    for k, (unit, a) in enumerate(sources, start=1):
        v[f"dE/dw{k}"] = v[f"delta({unit})"] * a
        v[f"new w{k}"] = theta[k - 1] - number(example["alpha"]) * v[f"dE/dw{k}"]
    v["dE/db1"] = v["delta(h1)"] + v["delta(h2)"]
    v["dE/db2"] = v["delta(o1)"] + v["delta(o2)"]
    return v


def step(example, theta, biases=False, out_of_order=False, number=mp.mpf, exp=mp.exp):
    """theta after one training step; out_of_order: hidden deltas from output weights that are updated already."""
    v = lines(example, theta, number, exp)
    alpha = number(example["alpha"])
    new = [v[f"new w{k}"] for k in range(1, 9)] + theta[8:]
    if out_of_order:
        moved = theta[:4] + new[4:8] + theta[8:]
        for k, (h, a, b) in enumerate([("h1", 4, 6), ("h1", 4, 6), ("h2", 5, 7), ("h2", 5, 7)]):
            delta = v[f"g'({h})"] * (v["delta(o1)"] * moved[a] + v["delta(o2)"] * moved[b])
            new[k] = theta[k] - alpha * delta * number(example["inputs"][k % 2])
    if biases:
        new[8:] = [theta[8] - alpha * v["dE/db1"], theta[9] - alpha * v["dE/db2"]]
    return new


def run(example, marks, **how):
    """{k: lines after k steps} for the numbers of steps in `marks`.

    30 digits are plenty for 10,000 steps, and Decimal, which is written in C, is several times as fast as mpmath.
    """
    with localcontext(prec=30):
        theta, found = start(example, Decimal), {}
        for k in range(max(marks) + 1):
            if k in marks:
                found[k] = lines(example, [mp.mpf(str(number)) for number in theta])
            theta = step(example, theta, number=Decimal, exp=Decimal.exp, **how)
    return found


def decimals(value, places=9):
    """The exact value rounded to `places` decimals, as text."""
    exact = Decimal(mp.nstr(value, 40, strip_zeros=False, min_fixed=-1000, max_fixed=1000))
    return f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN):f}"


def scientific(value, places):
    """The exact value as text with `places` digits after the first, in Python's notation 1.2e-03."""
    return (
        f"{Decimal(mp.nstr(value, 40)):.{places}e}".replace("e-", "e-0")
        if abs(value) >= mp.mpf("1e-9")
        else f"{Decimal(mp.nstr(value, 40)):.{places}e}"
    )


def one_step_with_a_bias_a_unit(example):
    """E after one step in which each unit has a bias of its own, and all four are trained, too."""
    v, alpha = lines(example), mp.mpf(example["alpha"])
    (b1, b2), (i1, i2) = start(example)[8:], map(mp.mpf, example["inputs"])
    w = [v[f"new w{k}"] for k in range(1, 9)]

    def unit(name, bias, w_first, first, w_second, second):
        return 1 / (1 + mp.exp(-(w_first * first + w_second * second + bias - alpha * v[f"delta({name})"])))

    h1, h2 = unit("h1", b1, w[0], i1, w[1], i2), unit("h2", b1, w[2], i1, w[3], i2)
    o1, o2 = unit("o1", b2, w[4], h1, w[5], h2), unit("o2", b2, w[6], h1, w[7], h2)
    return sum((mp.mpf(y) - o) ** 2 / 2 for y, o in zip(example["targets"], (o1, o2), strict=True))


def complex_gradient(f, x, h=1e-30):
    """df/dx, entry by entry: the imaginary part of f at x + ih, over h, which cancels no digits. f: array -> number."""
    out, x = np.empty(x.shape), x.astype(complex)
    for i in np.ndindex(x.shape):
        x[i] += 1j * h
        out[i] = f(x).imag / h
        x[i] = x[i].real
    return out
