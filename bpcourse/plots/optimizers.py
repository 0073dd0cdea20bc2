"""Plots of descents: on a parabola, on contours, by step, on the plane of regimes (chapter `momentum`)."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from .style import (
    ACCENT,
    BACKWARD,
    DASHES,
    FORWARD,
    GREY,
    INK,
    LINES,
    PALE,
    PAPER,
    RULE_COLOURS,
    TINTS,
    new_axes,
    styled,
)

RATES = (0.0, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0)  # where the tints of `plot_plane` change
_PLACES = ((0.37, 0.012), (1.9, 0.70), (1.76, 0.012), (3.3, 0.12))  # of the names of the regimes


def _panels(ax, title, names, width, height, bottom=0.0):
    """Inset axes side by side, one a name, which is its title; `ax` itself keeps only its own title."""
    ax.axis("off")
    ax.set_title(title, pad=22)
    step = (1 + width) / len(names)
    panels = [ax.inset_axes((k * step, bottom, step - width, height)) for k in range(len(names))]
    for panel, name in zip(panels, names, strict=True):
        panel.set_title(name, fontsize=11, weight="normal", pad=6)
    return panels


@styled
def plot_parabolas(paths, curvature, ax=None, title=""):
    """Steps on the parabola 1/2 curvature theta^2, a panel for each of paths = {label: thetas}; the last in green."""
    ax = new_axes(ax, height=300)
    grid = np.linspace(-1.7, 1.7, 200)
    for panel, path in zip(_panels(ax, title, paths, 0.04, 0.9), paths.values(), strict=True):
        panel.plot(grid, 0.5 * curvature * grid**2, color=FORWARD, lw=1.5)
        loss = 0.5 * curvature * np.asarray(path) ** 2
        panel.plot(path, loss, "o-", color=BACKWARD, ms=5, lw=1.2)
        panel.plot(path[-1], loss[-1], "o", color=ACCENT, ms=8, zorder=4)
        panel.set(xlim=(-1.7, 1.7), ylim=(-0.25, 0.5 * curvature * 1.7**2), xticks=[-1, 0, 1], yticks=[], xlabel="θ")
        panel.spines["left"].set_visible(False)
    return ax


@styled
def plot_paths(surface, paths, ax=None, title=""):
    """Paths on the contours of a surface (bp.surfaces), a panel for each of paths = {label: (steps + 1, 2)}; up to
    three. The open circle is the start, the green dot the end, the cross the minimum.
    """
    across = min((800 - 60 - 20 * (len(paths) - 1)) / len(paths), 420)
    left, right, bottom, top = surface.extent
    ax = new_axes(ax, height=int(100 + across * (top - bottom) / (right - left)))
    x, y = np.linspace(left, right, 241), np.linspace(bottom, top, 181)
    values = surface.value(np.stack(np.meshgrid(x, y), axis=-1))
    low, high = values.min(), values.max()
    levels = low + (high - low) * np.linspace(0.02, 0.98, 12) ** 2.2  # closer together near the bottom
    for panel, path in zip(_panels(ax, title, paths, 0.03, 1.0), paths.values(), strict=True):
        panel.contour(x, y, values, levels, colors=FORWARD, linewidths=0.8, alpha=0.55)
        panel.plot(*surface.minimum, "x", color=INK, ms=8, mew=1.8)
        path = np.asarray(path)
        panel.plot(path[:, 0], path[:, 1], "o-", color=BACKWARD, ms=3, lw=1.2)
        panel.plot(*path[0], "o", mec=INK, mfc=PAPER, mew=1.5, ms=7, zorder=4)
        inside = path[np.isfinite(path).all(axis=1)][-1]
        panel.plot(*inside, "o", color=ACCENT, ms=8, zorder=5)
        panel.set(xlim=(left, right), ylim=(bottom, top), xticks=[], yticks=[], aspect="equal", anchor="W")
        panel.spines[:].set_visible(False)
    return ax


@styled
def plot_rates(alpha, factors, best, measured=None, ax=None, title=""):
    """What one step leaves of the distance, over the learning rate: factors = {label: |factor| for each alpha} in grey,
    the largest of them in green, the lowest point best = (alpha, rate) marked; measured = (alphas, rates) as dots.
    """
    ax = new_axes(ax, height=420)
    worst = np.max(list(factors.values()), axis=0)
    for (label, factor), dashes in zip(factors.items(), DASHES[1:], strict=False):
        ax.plot(alpha, factor, color=GREY, ls=dashes, lw=1.6)
        k, place = _beside(factor)
        ax.annotate(label, (alpha[k], factor[k]), textcoords="offset points", color=GREY, **place)
    ax.plot(alpha, worst, color=ACCENT, lw=3, alpha=0.85)
    ax.axhline(1, color=INK, lw=1)
    ax.annotate("above this line: diverges", (alpha[0], 1), (4, 5), textcoords="offset points", color=INK)
    if measured is not None:
        ax.plot(*measured, "o", mec=INK, mfc=PAPER, mew=1.4, ms=6, zorder=4)
    ax.plot(*best, "o", color=ACCENT, ms=11, zorder=5)
    note = f"best: α = {best[0]:.3f}, rate {best[1]:.3f}"
    ax.annotate(note, best, (-48, -14), textcoords="offset points", ha="right", va="top", color=ACCENT, weight="bold")
    ax.set(xlabel="learning rate α", ylabel="what one step leaves of the distance", xlim=(alpha[0], alpha[-1]))
    ax.set_ylim(0, 1.35)
    ax.set_title(title)
    return ax


def _beside(factor):
    """Where a label stands: right of the rising branch of a line that turns, below one that only falls."""
    if factor[-1] > np.min(factor):
        return int(np.argmin(factor) + 0.3 * (len(factor) - np.argmin(factor))), {"xytext": (10, -6), "ha": "left"}
    return int(0.3 * len(factor)), {"xytext": (0, -18), "ha": "center"}


@styled
def plot_by_step(curves, ax=None, title="", ylabel="distance to the minimum", log=True, start=0):
    """Curves over the number of the step, {label: one value a step}, labelled at their right ends; `start`: the number
    of the first step.
    """
    ax = new_axes(ax, height=400)
    for (_, values), colour, dashes in zip(curves.items(), LINES, DASHES, strict=False):
        ax.plot(np.arange(start, start + len(values)), values, color=colour, ls=dashes)
    if log:
        ax.set_yscale("log")
    ax.set(xlabel="step", ylabel=ylabel)
    ax.set_title(title)
    ax.set_xlim(start, start + max(map(len, curves.values())) - 1)
    ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True))
    ax.autoscale_view()  # else the transformation below would still be that of empty axes
    ends = np.array([[start + len(values) - 1, values[-1]] for values in curves.values()], dtype=float)
    height = ax.transAxes.inverted().transform(ax.transData.transform(ends))[:, 1]
    for k, at in zip(np.argsort(height), apart(np.sort(height), 0.065), strict=True):
        ax.annotate(list(curves)[k], (1.0, at), (8, 0), xycoords="axes fraction", textcoords="offset points",
                    color=LINES[k], va="center", annotation_clip=False)  # fmt: skip
    return ax


def apart(heights, gap):
    """Sorted heights, moved up where needed so that neighbours are at least `gap` apart, then centred again."""
    moved = np.array(heights, dtype=float)
    for k in range(1, len(moved)):
        moved[k] = max(moved[k], moved[k - 1] + gap)
    over = max(0.0, moved[-1] - max(heights[-1], 0.98))
    return moved - over


@styled
def plot_plane(alpha_lambda, beta, rate, points, ax=None, title=""):
    """The plane of alpha lambda (across) and momentum beta (up). Tinted by the simulated rate (len(beta),
    len(alpha_lambda)), grey where it is 1 or more; the lines are theory. Below it, a panel with the way of each of
    points = {label: (alpha lambda, beta, distances)}.
    """
    ax = new_axes(ax, height=720)
    ax.axis("off")
    ax.set_title(title)
    plane = ax.inset_axes((0.0, 0.40, 1.0, 0.60))
    plane.contourf(alpha_lambda, beta, rate, RATES, colors=TINTS[::-1])
    plane.contourf(alpha_lambda, beta, rate, (1.0, 1e9), colors=PALE)
    up = np.linspace(0, 1, 201)
    plane.plot(2 * (1 + up), up, color=INK, lw=2.5)
    plane.plot((1 - np.sqrt(up)) ** 2, up, color=INK, lw=1.2, ls=(0, (4, 2)))
    plane.plot((1 + np.sqrt(up)) ** 2, up, color=INK, lw=1.2, ls=(0, (4, 2)))
    for name, at in zip(("monotone", "ringing", "alternating", "diverging"), _PLACES, strict=True):
        plane.text(*at, name, ha="center", style="italic", color=INK)
    plane.annotate("αλ = 2(1 + β)", (2.6, 0.30), (12, 0), textcoords="offset points", weight="bold", va="center")
    box = {"fc": PAPER, "ec": "none", "pad": 1.5}
    for limit in RATES[1:-1]:  # while it rings, the rate is the root of beta
        plane.text(1.0, limit**2, f"rate {limit:g}", ha="center", va="center", color=INK, size=9, bbox=box)
    plane.set(xlim=(0, 4), ylim=(0, beta[-1]), xlabel="αλ, learning rate times curvature", ylabel="momentum β")
    height, width = 0.22, 0.05
    step = (1 + width) / len(points)
    for k, (label, (across, momentum, distances)) in enumerate(points.items()):
        plane.plot(across, momentum, "o", color=PAPER, mec=INK, ms=17, zorder=4)
        plane.text(across, momentum, "ABCDEF"[k], ha="center", va="center_baseline", weight="bold", zorder=5)
        panel = ax.inset_axes((k * step, 0.0, step - width, height))
        panel.axhline(0, color=GREY, lw=0.8)
        panel.plot(distances, "o-", color=GREY if abs(distances[-1]) > 1 else FORWARD, ms=3, lw=1.2)
        panel.set_title(f"{'ABCDEF'[k]}: {label}", fontsize=11, weight="normal", pad=6)
        panel.set(xlabel="step", yticks=[], xlim=(-0.5, len(distances) - 0.5))
        panel.spines["left"].set_visible(False)
    return ax


@styled
def plot_stretches(betas, low, high, ax=None, title=""):
    """The plane on root scales, where the ringing region is a V, and the stretch from alpha lambda = low to high at
    each beta of betas = {label: beta}: blue where it rings from end to end."""
    ax = new_axes(ax, height=330)
    ax.plot((0, 1, 2), (1, 0, 1), color=INK, lw=1.2, ls=(0, (4, 2)))
    up = np.linspace(0, 1, 101)  # roots of beta
    ax.plot(np.sqrt(2 * (1 + up**2)), up, color=INK, lw=2.5)
    for label, beta in betas.items():
        fits = abs(np.sqrt([low, high]) - 1).max() < np.sqrt(beta) + 1e-9
        colour, height = FORWARD if fits else BACKWARD, np.sqrt(beta)
        ax.plot(np.sqrt([low, high]), (height, height), "s-", color=colour, ms=7, lw=2)
        ax.text(1, height + 0.02, label, ha="center", color=colour)
    for axis, values in ((ax.xaxis, (0, 0.25, 1, 2, 3, 4)), (ax.yaxis, (0, 0.25, 0.5, 0.75, 1))):
        axis.set_ticks(np.sqrt(values), [f"{value:g}" for value in values])
    ax.text(1, 0.3, "ringing", ha="center", style="italic", color=INK)
    ax.text(1.8, 0.12, "diverging", ha="center", style="italic", color=INK)
    ax.set(xlim=(0, 2), ylim=(0, 1.08), xlabel="αλ (root scale)", ylabel="β (root scale)")
    ax.set_title(title)
    return ax


@styled
def plot_by_rate(rates, wrong, ax=None, title=""):
    """Percent of wrong answers over the learning rate, both logarithmic; wrong = {rule: one row of runs for each rate}.

    A line goes through the means of the rows, a bar from the best run of a row to the worst.
    """
    ax = new_axes(ax, height=430)
    for k, (rule, rows) in enumerate(wrong.items()):
        rows, at = np.asarray(rows, dtype=float), np.asarray(rates) * 1.04 ** (k - len(wrong) / 2)  # side by side
        mean, style = rows.mean(axis=1), {"color": RULE_COLOURS[rule], "zorder": 3}
        ax.vlines(at, rows.min(axis=1), rows.max(axis=1), lw=1.2, **style)
        ax.plot(at, mean, ls=DASHES[k % len(DASHES)], marker="osD^v*"[k % 6], ms=5, lw=1.6, label=rule, **style)
    ax.set(xscale="log", yscale="log", xlabel="learning rate α", ylabel="unseen digits read wrong, in %", ylim=(2, 100))
    ax.set_yticks([2, 5, 10, 20, 50, 100], ["2", "5", "10", "20", "50", "100"])
    ax.minorticks_off()
    ax.legend(frameon=False, ncols=3, loc="lower center")
    ax.grid(axis="y", color=PALE, lw=0.8)
    ax.set_title(title)
    return ax
