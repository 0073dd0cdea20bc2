"""Plots: arrays in, axes out. Each draws on `ax`, or on a new figure of the course's style when it gets none.

Show one in a notebook with `picture(ax, alt)`.
"""

# ruff: noqa: F401
from .activations import (
    plot_depth,
    plot_folds,
    plot_functions,
    plot_jacobian,
    plot_row_of_units,
    plot_value_and_slope,
    plot_way_back,
)
from .chain import plot_chain
from .channels import plot_channels, plot_stamps
from .convolution import plot_filtered, plot_moved, plot_pooling, plot_strides, plot_tied
from .debugging import plot_layers, plot_shapes
from .derivation import plot_counts, plot_graph, plot_layer_sizes, plot_ways
from .digits import plot_confusion, plot_digits, plot_features
from .distributions import plot_dead, plot_distributions
from .gallery import plot_kink
from .gradients import plot_errors, plot_loss_curves, plot_nudges, plot_one_among
from .line_directions import plot_turns, plot_what_is_left
from .losses import plot_bell, plot_deltas, plot_line_fits, plot_stairs, plot_steps_needed, plot_surprise, plot_training
from .numeric_example import plot_example
from .optimizers import (
    plot_by_rate,
    plot_by_step,
    plot_parabolas,
    plot_paths,
    plot_plane,
    plot_rates,
    plot_stretches,
)
from .pipeline import plot_delta_batches, plot_pipeline
from .relay import plot_network, plot_relay
from .runs import plot_runs
from .spring import plot_portraits
from .style import picture
from .tape import plot_kept
from .training import plot_boundaries, plot_curves, plot_turning
