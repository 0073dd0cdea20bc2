"""What a network is made of: layer widths and activations, refused where they do not go together."""

import numpy as np

from .activations import Activation, identity
from .losses import Loss, softmax


def widths(sizes):
    """`sizes` as a tuple of ints, if they are two layer widths or more."""
    if not isinstance(sizes, tuple | list) or len(sizes) < 2:
        raise ValueError(f"sizes is {sizes!r}; expected at least two layer widths, such as (2, 3, 1)")
    if not all(isinstance(n, int | np.integer) and not isinstance(n, bool) and n > 0 for n in sizes):
        raise ValueError(f"sizes is {sizes!r}; expected whole numbers above 0")
    return tuple(int(n) for n in sizes)


def activations(L, hidden, output, loss):
    """{l: the activation of layer l} for l = 1..L, if they fit `loss`; hidden: one, or one for each of L - 1 layers."""
    each = list(hidden) if isinstance(hidden, tuple | list) else [hidden] * (L - 1)
    if len(each) != L - 1:
        raise ValueError(f"hidden has {len(each)} activations; expected one, or one for each of {L - 1} hidden layers")
    if not isinstance(loss, Loss):
        raise TypeError(f"loss is {loss!r}; expected a loss such as bp.half_squared_error")
    for name, g in [*(("hidden", g) for g in each or [hidden]), ("output", output)]:
        if g is softmax:
            raise TypeError(
                f"{name} is softmax, which is no elementwise activation; "
                "write output=bp.identity, loss=bp.cross_entropy"
            )
        if not isinstance(g, Activation):
            raise TypeError(f"{name} is {g!r}; expected an activation such as bp.sigmoid or bp.leaky_relu(0.01)")
    if loss.on_logits and output is not identity:
        raise ValueError(
            f"output is {output.name}, but {loss.name} takes logits and applies {loss.on_logits} itself; "
            "write output=bp.identity"
        )
    return dict(enumerate([*each, output], start=1))
