"""Plots: arrays in, axes out. Each draws on `ax`, or on a new figure of the course's style when it gets none.

Show one in a notebook with `picture(ax, alt)`.
"""

from .activations import plot_depth, plot_functions, plot_jacobian, plot_value_and_slope
from .derivation import plot_counts, plot_layer_sizes, plot_ways
from .gradients import plot_errors, plot_loss_curves, plot_one_among
from .losses import plot_deltas, plot_line_fits, plot_stairs, plot_steps_needed, plot_surprise, plot_training
from .relay import plot_relay
from .style import picture

__all__ = [
    "picture",
    "plot_counts",
    "plot_deltas",
    "plot_depth",
    "plot_errors",
    "plot_functions",
    "plot_jacobian",
    "plot_layer_sizes",
    "plot_line_fits",
    "plot_loss_curves",
    "plot_one_among",
    "plot_relay",
    "plot_stairs",
    "plot_steps_needed",
    "plot_surprise",
    "plot_training",
    "plot_value_and_slope",
    "plot_ways",
]
