"""Backpropagation by hand: the module that the chapters import as `bp`.

`import bpcourse as bp` loads NumPy and the mathematics. What draws (plots, explore) and what marks (check)
is loaded when it is first used.
"""

import importlib

from . import activations, losses
from .activations import (
    Activation,
    elu,
    gelu,
    identity,
    leaky_relu,
    prelu,
    relu,
    sigmoid,
    silu,
    softplus,
    tanh,
)  # fmt: skip
from .gradcheck import gradient_check
from .losses import (
    Loss,
    binary_cross_entropy,
    cross_entropy,
    half_squared_error,
    huber,
    log_softmax,
    mean_absolute_error,
    mse,
    one_hot,
    softmax,
)  # fmt: skip
from .network import Network, Trace
from .optimizers import (
    adagrad,
    adam,
    adamw,
    cosine_schedule,
    momentum,
    nesterov,
    rmsprop,
    sgd,
    step_schedule,
    warm_up,
)  # fmt: skip
from .parameters import Parameters, load, save
from .training import History, train

_LATER = {
    "casebook", "datasets", "explore", "graphs", "marking", "mistakes", "plots", "regimes", "regularization",
    "surfaces", "vitals", "worked",
}  # fmt: skip

__all__ = [
    "Activation", "History", "Loss", "Network", "Parameters", "Trace", "activations", "adagrad", "adam", "adamw",
    "binary_cross_entropy", "check", "cosine_schedule", "cross_entropy", "diagnose", "elu", "example", "gelu",
    "gradient_check", "half_squared_error", "huber", "identity", "leaky_relu", "load", "log_softmax", "losses",
    "mean_absolute_error", "momentum", "mse", "nesterov", "one_hot", "prelu", "progress", "relu", "rmsprop", "save",
    "sgd", "sigmoid", "silu", "softmax", "softplus", "step_schedule", "tanh", "train", "warm_up", *sorted(_LATER),
]  # fmt: skip


def __getattr__(name):
    if name in ("check", "progress"):
        return getattr(importlib.import_module(".marking", __name__), name)
    if name == "example":
        return importlib.import_module(".examples", __name__).example
    if name == "diagnose":
        return importlib.import_module(".diagnosis", __name__).diagnose
    if name in _LATER:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"bpcourse has no {name!r}; it has {', '.join(__all__)}")
