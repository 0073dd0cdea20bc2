"""Plots: arrays in, axes out. Each draws on `ax`, or on a new figure of the course's style when it gets none.

Show one in a notebook with `picture(ax, alt)`.
"""

from .gradients import plot_errors, plot_loss_curves, plot_one_among
from .relay import plot_relay
from .style import picture

__all__ = ["picture", "plot_errors", "plot_loss_curves", "plot_one_among", "plot_relay"]
