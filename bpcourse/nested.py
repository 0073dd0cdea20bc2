"""Parameters in any form, as one flat vector with names: an array, or dictionaries, lists and tuples of arrays.

What a program of your own keeps in {"W1": ..., "b1": ...} or in [(W1, b1), (W2, b2)] is checked entry by entry on the
vector, and put back into its form for the loss.
"""

from collections.abc import Mapping

import numpy as np

from .parameters import Parameters


class Nested:
    """`given` in the form that it has, and as `vector` (all,), float64; `name` is what an error calls it.

    names: of the arrays, as you would type them: 'W1', 'params[0]', 'W[1]'. shapes, dtypes: theirs, in this order.
    """

    def __init__(self, given, name="params"):
        self._name, self._given, self.names, self._leaves = name, given, [], []
        self._read(given, "")
        if not self._leaves or not sum(leaf.size for leaf in self._leaves):
            raise ValueError(f"{name} is {_kind(given)} with no number in it; expected arrays of floats")
        self.shapes = [leaf.shape for leaf in self._leaves]
        self.dtypes = [leaf.dtype for leaf in self._leaves]
        self.vector = np.concatenate([leaf.ravel() for leaf in self._leaves]).astype(float)
        self._ends = np.cumsum([leaf.size for leaf in self._leaves])

    def split(self, vector):
        """The arrays that `vector` (all,) stands for, one for each of `names`: views of it."""
        starts = [0, *self._ends]
        return [vector[a:e].reshape(s) for a, e, s in zip(starts, self._ends, self.shapes, strict=False)]

    def build(self, vector):
        """A new thing of the form of `given` with the numbers of `vector`."""
        return self._build(self._given, iter(self.split(vector.copy())))

    def entry(self, index):
        """The name of one entry of the vector: 'W1[0, 1]'."""
        k = int(np.searchsorted(self._ends, index, side="right"))
        if not self.shapes[k]:
            return self.names[k]
        at = np.unravel_index(int(index) - (self._ends[k] - self._leaves[k].size), self.shapes[k])
        return f"{self.names[k]}[{', '.join(map(str, at))}]"

    def like(self, other, name="grads"):
        """The arrays of `other`, which must have the form of `given`, in the order of `names`; any shapes.

        A dictionary may call the gradient of "W1" "dW1". Raises TypeError or ValueError, with what came and what was
        expected.
        """
        found = []
        self._match(self._given, other, name, found)
        return found

    def vector_of(self, other, name="grads"):
        """The vector of `other`, whose arrays must have the shapes of these, too."""
        arrays = self.like(other, name)
        for array, shape, own in zip(arrays, self.shapes, self.names, strict=True):
            if array.shape != shape:
                raise ValueError(
                    f"{name}: the gradient of {own} has shape {array.shape}; expected {shape}, that of {own}"
                )
        return np.concatenate([array.ravel() for array in arrays]).astype(float)

    # ----- what a thing is made of

    def _children(self, given, path=""):
        """[(what a child is called, the child)] of the thing that is called `path`, or None for an array."""
        if isinstance(given, Parameters):
            dot = path and f"{path}."
            return [(f"{dot}{kind}[{layer}]", getattr(given, kind)[layer]) for layer in given.W for kind in "Wb"]
        called = path or self._name
        if isinstance(given, Mapping):
            bare = [not path and isinstance(key, str) and key.isidentifier() for key in given]
            keys = [key if b else f"{called}[{key!r}]" for key, b in zip(given, bare, strict=True)]
            return list(zip(keys, given.values(), strict=True))
        if isinstance(given, list | tuple) and not _is_numbers(given):
            return [(f"{called}[{i}]", child) for i, child in enumerate(given)]
        return None

    def _read(self, given, path):
        children = self._children(given, path)
        if children is None:
            self.names.append(path or self._name)
            self._leaves.append(_floats(self.names[-1], given))
        for called, child in children or ():
            self._read(child, called)

    def _build(self, given, leaves):
        if isinstance(given, Parameters):
            return Parameters(given.sizes, np.concatenate([next(leaves).ravel() for _ in self._children(given)]))
        if isinstance(given, Mapping):
            return {key: self._build(child, leaves) for key, child in given.items()}
        if self._children(given) is not None:
            made = [self._build(child, leaves) for child in given]
            return type(given)(*made) if hasattr(given, "_fields") else type(given)(made)
        leaf = next(leaves)
        return leaf if isinstance(given, np.ndarray) else leaf.tolist()  # a number stays one, and a list

    def _match(self, own, other, name, found):
        children = self._children(own)
        if children is None:
            found.append(as_array(name, other))
        elif isinstance(own, Parameters) and isinstance(other, Parameters):
            if own.sizes != other.sizes:
                raise ValueError(f"{name} belong to a network {other.sizes}; expected {own.sizes}")
            found += [child for _, child in self._children(other)]
        elif isinstance(own, Mapping):
            wanted = ", ".join(map(repr, own))
            if not isinstance(other, Mapping):
                raise TypeError(
                    f"{name} is {_kind(other)}; expected a dictionary with the keys {wanted}, as params has"
                )
            keys = [key if key in other else f"d{key}" for key in own]
            if set(keys) != set(other):
                came = ", ".join(map(repr, other))
                raise ValueError(f"{name} has the keys {came}; expected {wanted}, as params has")
            for key, child in zip(keys, own.values(), strict=True):
                self._match(child, other[key], f"{name}[{key!r}]", found)
        else:
            what = (
                "Parameters" if isinstance(own, Parameters) else f"a {type(own).__name__} of {len(own)}, as params is"
            )
            if isinstance(own, Parameters) or not isinstance(other, list | tuple):
                raise TypeError(f"{name} is {_kind(other)}; expected {what}")
            if len(other) != len(own):
                raise ValueError(f"{name} is {_kind(other)}; expected {what}")
            for i, (child, theirs) in enumerate(zip(own, other, strict=True)):
                self._match(child, theirs, f"{name}[{i}]", found)


def _is_numbers(given):
    """True for a list of numbers, or of rows of one length: an array that was never made one."""
    if all(isinstance(x, int | float | np.number) for x in given):
        return len(given) > 0
    rows = all(isinstance(x, list | tuple) and all(isinstance(v, int | float | np.number) for v in x) for x in given)
    return rows and len({len(x) for x in given}) == 1 and len(given[0]) > 0


def _kind(given):
    if isinstance(given, Mapping):
        return f"a dictionary with the keys {', '.join(map(repr, given))}" if given else "an empty dictionary"
    if isinstance(given, list | tuple):
        return f"a {type(given).__name__} of {len(given)}"
    return f"an array of shape {given.shape}" if isinstance(given, np.ndarray) else type(given).__name__


def as_array(name, given):
    """An array of what stands for numbers, in its own precision; raises TypeError for anything else."""
    try:
        array = np.asarray(given)
    except Exception:  # a tensor that keeps its gradient, or a ragged list
        array = None
    if array is None or array.dtype.kind not in "iuf" or isinstance(given, str | bytes):
        raise TypeError(f"{name} is {_kind(given)}; expected an array of floats")
    return array


def _floats(name, given):
    array = as_array(name, given)
    if isinstance(given, np.ndarray) and array.dtype.kind != "f":
        raise TypeError(
            f"{name} has dtype {array.dtype}, which holds no nudge; expected float64: write {name}.astype(float)"
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has NaN or infinite entries; expected finite numbers")
    return array.astype(float) if array.dtype.kind != "f" else array
