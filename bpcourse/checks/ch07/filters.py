"""Chapter 07: one filter forward, the gradient of its kernel, and of its input."""

from functools import partial

import numpy as np

from ..engine import Exercise, Misconception
from ..truth import gradient


def correlate(X, K):
    """The kernel (k, l) at every place of X (..., h, w) where it fits: a sum over the entries of the kernel."""
    k, width = K.shape
    h, w = X.shape[-2] - k + 1, X.shape[-1] - width + 1
    return sum(K[i, j] * X[..., i : i + h, j : j + w] for i, j in np.ndindex(K.shape))


def pad(X, rows, columns):
    """X with so many zeros on each side of its last two axes."""
    return np.pad(X, [(0, 0)] * (X.ndim - 2) + [(rows, rows), (columns, columns)])


def _corner(stride):
    """A block of stride x stride: 1 in its upper left corner, 0 elsewhere."""
    return np.pad(np.ones((1, 1)), ((0, stride - 1), (0, stride - 1)))


def _picture_inputs(rng):
    return [
        {
            "x": rng.normal(size=shape),
            "K": rng.normal(size=kernel),
            "b": sign * rng.uniform(0.5, 1.5),  # both signs in every run
            "padding": padding,
            "stride": stride,
        }
        for shape, kernel, sign, padding, stride in (
            ((6, 9), (3, 2), -1, 1, 2),
            ((5, 11), (2, 4), 1, 2, 3),
            ((4, 9), (1, 3), -1, 0, 1),
        )
    ]


def _picture(x, K, b, padding, stride, *, flip=False, over=1, biases=1, hang=False, fewer=0):
    """z of one picture; the keywords switch single mistakes on, none by default."""
    x = pad(x, padding, padding)
    if hang:  # every start inside of the padded picture counts, also where the window no longer fits
        x = np.pad(x, [(0, side - 1) for side in K.shape])
    z = correlate(x, K[::-1, ::-1] if flip else K)[::stride, ::stride] / over + biases * b
    return z[: len(z) - fewer, : z.shape[1] - fewer]


FILTER_PICTURE = Exercise(
    name="filter_picture",
    inputs=_picture_inputs,
    truth=_picture,
    parts={"z": 2},
    passed="Every window that fits, the kernel as it stands, and the bias once, with padding and stride.",
    misconceptions=(
        Misconception(
            "stride_forgotten",
            lambda x, K, b, padding, stride: _picture(x, K, b, padding, 1),
            "Right for a stride of one. In the padded picture, where does the window of output (r, s) begin?",
        ),
        Misconception(
            "padding_forgotten",
            lambda x, K, b, padding, stride: _picture(x, K, b, 0, stride),
            "Right without padding. How large is the picture over which the window moves?",
        ),
        Misconception(
            "padding_once",
            lambda x, K, b, padding, stride: _picture(np.pad(x, ((padding, 0), (padding, 0))), K, b, 0, stride),
            "There are zeros above and on the left only. How many sides has a picture?",
        ),
        Misconception(
            "stride_inside_the_window",
            lambda x, K, b, padding, stride: _picture(
                x, np.kron(K, _corner(stride))[: 1 - stride or None, : 1 - stride or None], b, padding, 1
            ),
            "The pixels inside of your window lie `stride` apart. Who takes the steps, the pixels in a window, or the "
            "window?",
        ),
        Misconception(
            "true_convolution",
            partial(_picture, flip=True),
            "Your kernel is turned round: that is a convolution in the sense of mathematics. Which entry of K belongs "
            "to the upper left pixel of the window?",
        ),
        Misconception(
            "bias_missing",
            partial(_picture, biases=0),
            "Everything is there but the bias. Where does b come in?",
        ),
        Misconception(
            "bias_for_each_weight",
            lambda x, K, *rest: _picture(x, K, *rest, biases=K.size),
            "The bias is in it as often as the kernel has weights. How often does it stand in the formula?",
        ),
        Misconception(
            "mean_for_sum",
            lambda x, K, *rest: _picture(x, K, *rest, over=K.size),
            "You took the mean of the products. What does the formula do with them?",
        ),
        Misconception(
            "last_place_missing",
            partial(_picture, fewer=1),
            "The last row and the last column of places are missing. How many places are there for a window as wide "
            "as the padded picture?",
        ),
        Misconception(
            "hangs_over_the_edge",
            partial(_picture, hang=True),
            "Your window also stands where it hangs over the edge. What becomes of a last step that does not fit?",
        ),
        Misconception(
            "one_number",
            lambda *args: _picture(*args).sum(),
            "You summed over all places, too. What should there be for each place of the window?",
        ),
    ),
)


def _kernel_inputs(rng):
    return [
        {"X": rng.normal(size=(n, h, w)), "delta": rng.normal(size=(n, h - k + 1, w - width + 1))}
        for n, h, w, k, width in ((4, 7, 6, 3, 2), (3, 5, 8, 2, 4), (6, 4, 7, 1, 3))
    ]


def _kernel_shape(X, delta):
    return tuple(np.array(X.shape[1:]) - delta.shape[1:] + 1)


def _kernel_truth(X, delta):
    """Complex steps of the mean over the batch of sum(delta z)."""
    return gradient(lambda K: (delta * correlate(X, K)).sum() / len(X), np.zeros(_kernel_shape(X, delta)))


def _kernel(X, delta, over=None, keep="all", flip=False):
    """One outer step for every place of the window; keep: "all" places, or the "last" one only."""
    k, width = _kernel_shape(X, delta)
    dK = np.zeros((k, width))
    for r, s in np.ndindex(delta.shape[1:]):
        one = np.einsum("n,nij->ij", delta[:, r, s], X[:, r : r + k, s : s + width])
        dK = dK + one if keep == "all" else one
    return (dK[::-1, ::-1] if flip else dK) / (len(X) if over is None else over)


KERNEL_GRADIENT = Exercise(
    name="kernel_gradient",
    inputs=_kernel_inputs,
    truth=_kernel_truth,
    parts={"dK": 3},
    passed="Summed over all places, averaged over the batch, and equal to what complex steps find.",
    batch="X",
    misconceptions=(
        Misconception(
            "not_averaged",
            partial(_kernel, over=1),
            "{n} times the right one, for a batch of {n}. The cost is a mean over the batch: where does the 1/n go?",
        ),
        Misconception(
            "averaged_twice",
            lambda X, delta: _kernel(X, delta, over=len(X) ** 2),
            "The right one divided by {n}, for a batch of {n}. How often is the mean over the batch taken?",
        ),
        Misconception(
            "mean_over_places",
            lambda X, delta: _kernel(X, delta, over=delta.size),
            "You took a mean over the places as well. If a weight moves, do its copies share the effect, or add up?",
        ),
        Misconception(
            "only_over_places",
            lambda X, delta: _kernel(X, delta, over=delta[0].size),
            "You divided by the number of places and not by that of the examples. Over which of the two is the cost "
            "a mean?",
        ),
        Misconception(
            "overwritten",
            partial(_kernel, keep="last"),
            "Only the last place of the window is in it. Is each place overwritten by the next, with `=` where `+=` "
            "belongs?",
        ),
        Misconception(
            "turned_round",
            partial(_kernel, flip=True),
            "The right numbers, turned round. Of the two gradients of a convolution, which one needs the flip?",
        ),
        Misconception(
            "sign",
            lambda X, delta: -_kernel(X, delta),
            "The wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
        ),
        Misconception(
            "one_for_each_example",
            lambda X, delta: np.array([_kernel(x[None], d[None]) for x, d in zip(X, delta, strict=True)]),
            "There is one kernel for each example. How many kernels has the layer?",
        ),
    ),
)


def _input_inputs(rng):
    return [
        {"delta": rng.normal(size=(n, h, w)), "K": rng.normal(size=kernel)}
        for n, h, w, kernel in ((3, 5, 6, (4, 2)), (4, 6, 5, (2, 3)), (2, 7, 6, (3, 5)))
    ]


def _input_truth(delta, K):
    """z is linear in the inputs: its slope by a pixel is the answer to the picture in which only that pixel is 1."""
    n, h, w = delta.shape
    shape = (h + K.shape[0] - 1, w + K.shape[1] - 1)
    answers = correlate(np.eye(shape[0] * shape[1]).reshape(-1, *shape), K)
    return np.einsum("nrs,qrs->nq", delta, answers).reshape(n, *shape)


def spread(delta, K, add=True):
    """Each delta hands delta * K to the pixels of its window; add: `+=`, else `=`."""
    (n, h, w), (k, width) = delta.shape, K.shape
    dX = np.zeros((n, h + k - 1, w + width - 1))
    for r, s in np.ndindex(h, w):
        place = np.s_[:, r : r + k, s : s + width]
        dX[place] = (dX[place] if add else 0.0) + delta[:, r, s, None, None] * K
    return dX


INPUT_GRADIENT = Exercise(
    name="input_gradient",
    inputs=_input_inputs,
    truth=_input_truth,
    parts={"dX": 3},
    passed="Each pixel hears from every window that saw it, through the weight through which it was seen.",
    batch="delta",
    misconceptions=(
        Misconception(
            "not_flipped",
            lambda delta, K: spread(delta, K[::-1, ::-1]),
            "The kernel is the wrong way round. The first window that reaches a pixel: with which of its weights does "
            "it see that pixel?",
        ),
        Misconception(
            "flipped_in_rows_only",
            lambda delta, K: spread(delta, K[:, ::-1]),
            "Along the rows of the picture the kernel is the wrong way round. In how many directions does it flip?",
        ),
        Misconception(
            "flipped_in_columns_only",
            lambda delta, K: spread(delta, K[::-1, :]),
            "Along the columns of the picture the kernel is the wrong way round. In how many directions does it flip?",
        ),
        Misconception(
            "overwritten",
            partial(spread, add=False),
            "Each pixel has kept only the message of the last window that saw it. What should happen where ways join?",
        ),
        Misconception(
            "not_padded",
            lambda delta, K: correlate(delta, K[::-1, ::-1]),
            "The result is smaller than delta. Each input should get a number: how many inputs has a row?",
        ),
        Misconception(
            "averaged_over_batch",
            lambda delta, K: spread(delta, K) / len(delta),
            "The right one divided by {n}, for a batch of {n}. Each picture has its own gradient: is a mean asked for?",
        ),
        Misconception(
            "summed_over_batch",
            lambda delta, K: spread(delta, K).sum(axis=0),
            "The examples are summed. Does a pixel of one picture act on the loss of another?",
        ),
    ),
)
