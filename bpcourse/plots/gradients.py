"""Plots of learning with right and wrong gradients (chapter `numeric_example`)."""

import numpy as np

from .style import ACCENT, DASHES, GREY, INK, LINES, ONE_OF_MANY, PALE, PAPER, new_axes, styled


@styled
def plot_loss_curves(curves, ax=None, title=""):
    """The loss against the number of training steps, both axes logarithmic; curves = {label: losses}, losses[k]
    after k steps.
    """
    ax = new_axes(ax)
    for (label, losses), colour, dashes in zip(curves.items(), LINES, DASHES, strict=False):
        _loss_line(ax, losses, label, color=colour, linestyle=dashes)
    ax.set_title(title)
    return ax


@styled
def plot_nudges(h, errors, ax=None, title=""):
    """How far a slope by nudging is off, against the size h of the nudge, both axes logarithmic;
    errors = {label: errors}.
    """
    ax = new_axes(ax, height=380)
    for (label, error), colour, dashes in zip(errors.items(), LINES, DASHES, strict=False):
        ax.loglog(h, error, color=colour, linestyle=dashes, marker="o", ms=4)
        ax.annotate(label, (h[-1], error[-1]), (8, 0), textcoords="offset points", color=colour, va="center")
    ax.set(xlabel="size of the nudge, h", ylabel="error of the slope")
    ax.set_title(title)
    return ax


@styled
def plot_one_among(right, wrong, ax=None, title=""):
    """One loss curve in green among many in grey, which are {label: losses}; a curve that does not fall is labelled."""
    ax = new_axes(ax, height=440)
    for label, losses in wrong.items():
        _loss_line(ax, losses, "", color=ONE_OF_MANY, linewidth=1.2)
        if losses[-1] > losses[1]:
            here = (len(losses) - 1, losses[-1])
            ax.annotate(label, here, (0, 6), textcoords="offset points", ha="right", va="bottom", color=GREY)
    _loss_line(ax, right, "right", color=ACCENT, linewidth=3)
    ax.set_ylim(bottom=1e-8, top=8)
    ax.set_title(title)
    return ax


def _loss_line(ax, losses, label, **style):
    steps = np.arange(1, len(losses))
    ax.loglog(steps, losses[1:], **style)
    ax.annotate(label, (steps[-1], losses[-1]), (6, 0), textcoords="offset points", color=style["color"], va="center")
    ax.set(xlabel="training steps", ylabel="loss E")


@styled
def plot_errors(errors, limit, ax=None, title=""):
    """Relative errors of gradients as dots on a logarithmic axis; errors = {label: error}. Up to `limit` is right."""
    ax = new_axes(ax, height=110 + 26 * len(errors))
    for row, error in enumerate(errors.values()):
        ax.plot([1e-12, error], [row, row], color=PALE, lw=1.5, zorder=1)
        style = {"marker": "o", "color": ACCENT} if error <= limit else {"marker": "D", "mec": INK, "mfc": PAPER}
        ax.plot([error], [row], ms=8, mew=1.5, zorder=2, clip_on=False, **style)
    ax.axvline(limit, color=GREY, lw=1.2, ls="--")
    ax.annotate("right", (limit, -0.6), (-8, 4), textcoords="offset points", ha="right", color=GREY)
    ax.annotate("wrong", (limit, -0.6), (8, 4), textcoords="offset points", ha="left", color=GREY)
    ax.set_xscale("log")
    ax.set(xlim=(1e-12, 20), xlabel="relative error", ylim=(len(errors) - 0.4, -0.6))
    ax.set_yticks(range(len(errors)), errors)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_title(title, pad=26)
    return ax
