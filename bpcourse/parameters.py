"""Parameters: one flat vector with named views; how to start them, and how to keep them in a file."""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from .arrays import floats


class Parameters:
    """Weights and biases of all layers, as named views of ONE flat vector.

    `W[l]` (n_l, n_{l-1}) and `b[l]` (n_l,) for l = 1..L share their memory with `vector`: change one and you
    change the other. Gradients are kept in the same form.
    """

    __slots__ = ("sizes", "vector", "W", "b")

    def __init__(self, sizes, vector):
        self.sizes, self.vector, self.W, self.b = sizes, vector, {}, {}
        if vector.shape != (count(sizes),):
            size = f"a network {sizes} has {count(sizes)} parameters"
            raise ValueError(f"vector has shape {vector.shape}; {size}, so expected ({count(sizes)},)")
        at = 0
        for layer, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:], strict=True), start=1):
            middle, end = at + n_out * n_in, at + n_out * (n_in + 1)
            self.W[layer] = vector[at:middle].reshape(n_out, n_in)
            self.b[layer] = vector[middle:end]
            at = end

    def copy(self):
        """The same parameters in memory of their own."""
        return Parameters(self.sizes, self.vector.copy())

    def name(self, index):
        """The name of one entry of the vector, as you would type it: 'W[2][0, 1]' or 'b[1][3]'."""
        at = int(index)
        for layer in self.W:
            for kind, array in (("W", self.W[layer]), ("b", self.b[layer])):
                if at < array.size:
                    return f"{kind}[{layer}][{', '.join(map(str, np.unravel_index(at, array.shape)))}]"
                at -= array.size
        raise IndexError(f"index is {index}; expected 0 to {self.vector.size - 1}")

    def __repr__(self):
        return f"<Parameters of a {'-'.join(map(str, self.sizes))} network: {self.vector.size} numbers>"


def count(sizes):
    """How many weights and biases a network of these layer widths has."""
    return sum(n_out * (n_in + 1) for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True))


def pack(sizes, W, b):
    """Parameters with the given W = {1: ..., L: ...} and b = {1: ..., L: ...}, copied."""
    params = Parameters(sizes, np.zeros(count(sizes)))
    for name, given, own in (("W", W, params.W), ("b", b, params.b)):
        if not isinstance(given, Mapping):
            layers = "{" + ", ".join(f"{layer}: ..." for layer in own) + "}"
            raise TypeError(f"{name} is {type(given).__name__}; expected a dictionary {layers}, an array a layer")
        if set(given) != set(own):
            raise ValueError(f"{name} has the layers {sorted(given)}; expected {sorted(own)}")
        for layer, array in own.items():
            value = np.asarray(given[layer], dtype=float)
            if name == "b" and value.ndim == 0:
                raise ValueError(
                    f"b[{layer}] is one number; expected {array.size}, one for each unit: "
                    f"to share it, write np.full({array.size}, {value:g})"
                )
            if value.shape != array.shape:
                raise ValueError(f"{name}[{layer}] has shape {value.shape}; expected {array.shape}")
            array[...] = value
    return params


def must_fit(sizes, params, name="params"):
    """Refuse what are no Parameters of a network with these layer widths; `name` is what the error calls them."""
    if not isinstance(params, Parameters):
        raise TypeError(
            f"{name} is {type(params).__name__}; expected Parameters: net.pack(W, b) makes them of arrays, "
            "net.parameters(vector) of a vector"
        )
    if params.sizes != sizes:
        raise ValueError(f"{name} belong to a network {params.sizes}; expected {sizes}")


INITIALISERS = {
    # Every unit of a layer computes the same and gets the same gradient, for ever: only good to show that.
    "zeros": lambda n_in, n_out: 0.0,
    # The same 0.01 whatever the width: a signal shrinks in every layer, and a deep net of sigmoids stalls.
    "small": lambda n_in, n_out: 0.01,
    # Var W = 2 / (n_in + n_out) keeps the size of a going forward and of delta going back, for g'(0) = 1 (Glorot &
    # Bengio, 2010).
    "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
    # Var W = 2 / n_in: relu silences half of the units, the 2 makes up for it (He et al., 2015).
    "he": lambda n_in, n_out: np.sqrt(2 / n_in),
}


def initial(sizes, weights, seed):
    """Parameters with W[l] normal, of mean 0 and the deviation that the initialiser `weights` gives; b[l] zero."""
    if weights not in INITIALISERS:
        raise ValueError(f"weights is {weights!r}; expected one of {', '.join(map(repr, INITIALISERS))}")
    rng = np.random.default_rng(seed)
    params = Parameters(sizes, np.zeros(count(sizes)))
    for W in params.W.values():
        n_out, n_in = W.shape
        W[...] = INITIALISERS[weights](n_in, n_out) * rng.standard_normal(W.shape)
    return params


def save(path, params):
    """Write parameters to the file `path` (.npz). The old file, if any, stays whole until the new one is."""
    if not isinstance(params, Parameters):
        raise TypeError(f"params is {type(params).__name__}; expected Parameters")
    path = Path(path)
    unfinished = path.with_name(path.name + ".part")
    with open(unfinished, "wb") as file:
        np.savez(file, bpcourse=np.array(1), sizes=np.array(params.sizes), vector=params.vector)
    os.replace(unfinished, path)


def load(path):
    """Read parameters that `save` wrote. A damaged or foreign file gives a ValueError; nothing in it is executed."""
    from zipfile import BadZipFile  # only here: it would make `import bpcourse` a tenth slower

    if not Path(path).is_file():
        raise FileNotFoundError(f"path is {str(path)!r}; there is no such file, expected one that bp.save wrote")
    try:
        with np.load(path, allow_pickle=False) as file:
            sizes, vector = tuple(int(n) for n in file["sizes"]), file["vector"]
            version = int(file["bpcourse"])
    except (OSError, EOFError, KeyError, TypeError, ValueError, AttributeError, BadZipFile) as error:
        raise ValueError(
            f"path is {str(path)!r}; the file is damaged or is not one that bp.save wrote ({error})"
        ) from None
    if version != 1 or len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"path is {str(path)!r}; expected version 1 and two widths or more, got {version} and {sizes}")
    return Parameters(sizes, floats("vector", vector))
