"""Wrong answers to the exercises of chapter 07 that are no misconception; `kill_rate` counts how many are refused."""

import numpy as np
from answers_07 import (
    filter_entries,
    input_hand_out,
    kernel_loops,
    layer_dilated,
    layer_entries,
    max_masks,
    soft_loops,
)
from support import changed, nothing, zero_like

SEEDS = range(5)


def layer(change):
    return changed(lambda *args: layer_entries(*args), change)


def dense_only(delta, X, K, padding=0, stride=1):
    """Right for one channel only: every channel gets the gradient of the first."""
    dK, db, dX = layer_dilated(delta, X, K, padding, stride)
    return dK[:, :1] + 0 * dK, db, dX


def kept_by_shape(right):
    """Results are kept by the shapes of the arguments, as if equal shapes meant equal values."""
    kept = {}

    def answer(*args):
        key = tuple(arg.shape if isinstance(arg, np.ndarray) else arg for arg in args if not isinstance(arg, float))
        return kept.setdefault(key, right(*args))

    return answer


def kernel_of_six_places(X, delta):
    """The loops end at six places in each direction."""
    few = delta.copy()
    few[:, 6:] = 0
    few[:, :, 6:] = 0
    return kernel_loops(X, few)


def max_by_value(upstream, A, p, t):
    """The winner is looked for in the whole batch, where another picture may have the same number."""
    dA = np.zeros_like(A)
    for e, r, s in np.ndindex(upstream.shape):
        top = A[e, r * t : r * t + p, s * t : s * t + p].max()
        dA.flat[(A == top).argmax()] += upstream[e, r, s]
    return dA


def max_by_value_in_a_dictionary(upstream, A, p, t):
    dA, where = np.zeros_like(A), {value: place for place, value in np.ndenumerate(A)}
    for e, r, s in np.ndindex(upstream.shape):
        dA[where[A[e, r * t : r * t + p, s * t : s * t + p].max()]] += upstream[e, r, s]
    return dA


def max_of_the_whole(upstream, A, p, t):
    dA = np.zeros_like(A)
    for e in range(len(A)):
        dA[e, *np.unravel_index(A[e].argmax(), A[e].shape)] = upstream[e].sum()
    return dA


def max_by_minimum(upstream, A, p, t):
    return max_masks(upstream, -A, p, t)


def max_disjoint(upstream, A, p, t):
    """As if the windows did not overlap."""
    dA = np.zeros_like(A)
    for e, r, s in np.ndindex(upstream.shape):
        window = A[e, r * p : r * p + p, s * p : s * p + p]
        if window.shape == (p, p):
            i, j = divmod(window.argmax(), p)
            dA[e, r * p + i, s * p + j] += upstream[e, r, s]
    return dA


def max_place_without_start(upstream, A, p, t):
    dA = np.zeros_like(A)
    for e, r, s in np.ndindex(upstream.shape):
        i, j = divmod(A[e, r * t : r * t + p, s * t : s * t + p].argmax(), p)
        dA[e, i, j] += upstream[e, r, s]
    return dA


def max_from_zero(upstream, A, p, t):
    """The largest so far starts at 0, so a window of negative values has no winner."""
    dA = np.zeros_like(A)
    for e, r, s in np.ndindex(upstream.shape):
        best, at = 0.0, (r * t, s * t)
        for i, j in np.ndindex(p, p):
            if A[e, r * t + i, s * t + j] > best:
                best, at = A[e, r * t + i, s * t + j], (r * t + i, s * t + j)
        dA[e][at] += upstream[e, r, s]
    return dA


def max_place_by_columns(upstream, A, p, t):
    dA = np.zeros_like(A)
    for e, r, s in np.ndindex(upstream.shape):
        j, i = divmod(A[e, r * t : r * t + p, s * t : s * t + p].argmax(), p)
        dA[e, r * t + i, s * t + j] += upstream[e, r, s]
    return dA


def max_shared_among_windows(upstream, A, p, t):
    """The mean of the messages that a winner gets, and not their sum."""
    wins = max_masks(np.ones_like(upstream), A, p, t)
    return max_masks(upstream, A, p, t) / np.maximum(wins, 1)


def input_wrapped(delta, K):
    """Collecting with negative places: NumPy reads them from the other end."""
    (n, h, w), (k, width) = delta.shape, K.shape
    dX = np.zeros((n, h + k - 1, w + width - 1))
    for e, q, t, i, j in np.ndindex(*dX.shape, k, width):
        if q - i < h and t - j < w:
            dX[e, q, t] += K[i, j] * delta[e, q - i, t - j]
    return dX


def filter_whole_numbers(*args):
    """An array of integers for z."""
    return filter_entries(*args).astype(int)


def filter_of_padded(change):
    """The picture padded in another way, then no padding."""
    return lambda x, K, b, padding, stride: filter_entries(change(x, padding), K, b, 0, stride)


def soft_pooled_mean(upstream, A, p, T):
    """The way back of another pooling: the mean of a block weighted by its softmax."""
    shares = soft_loops(np.ones_like(upstream), A, p, T)
    n, m, h, w = upstream.shape
    y = (shares * A).reshape(n, m, h, p, w, p).sum(axis=(3, 5)).repeat(p, axis=2).repeat(p, axis=3)
    return soft_loops(upstream, A, p, T) * (1 + (A - y) / T)


def layer_cut_at_the_start(delta, X, K, padding, stride):
    dK, db, _ = layer_entries(delta, X, K, padding, stride)
    p, (h, w) = padding, X.shape[2:]
    whole = layer_entries(delta, np.pad(X, ((0, 0), (0, 0), (p, p), (p, p))), K, 0, stride)[2]
    return dK, db, whole[:, :, :h, :w]


def layer_padded_on_one_side(delta, X, K, padding, stride):
    """Twice as many zeros at the lower and right edge, none at the others."""
    p, (_, db, dX) = padding, layer_entries(delta, X, K, padding, stride)
    return layer_entries(delta, np.pad(X, ((0, 0), (0, 0), (0, 2 * p), (0, 2 * p))), K, 0, stride)[0], db, dX


def layer_padded_with_the_edge(delta, X, K, padding, stride):
    p, (_, db, dX) = padding, layer_entries(delta, X, K, padding, stride)
    padded = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)), mode="edge")
    return layer_entries(delta, padded, K, 0, stride)[0], db, dX


def no_last_step(delta, X, K, padding=0, stride=1):
    short = delta.copy()
    short[:, :, -1] = 0
    return layer_entries(short, X, K, padding, stride)


# ----- wrong where sizes are equal, or one side is one


def squeezed(right):
    """np.squeeze on whatever comes: wrong where an axis has the length one."""
    return changed(right, lambda r: [np.squeeze(part) for part in r] if isinstance(r, list) else np.squeeze(r))


def filter_square(x, K, b, padding, stride):
    """As many columns of places as rows."""
    z = filter_entries(x, K, b, padding, stride)
    return z[:, : len(z)] if len(z) < z.shape[1] else z


def filter_second_time(x, K, b, padding, stride, calls=[]):  # noqa: B006 (that it keeps something is the mistake)
    calls.append(b)
    return filter_entries(x, K, b if calls.count(b) == 1 else -b, padding, stride)


def soft_reshaped(upstream, A, p, T):
    """Blocks taken from memory as they lie, not from the picture."""
    n, m, h, w = upstream.shape
    powers = np.exp(A / T).reshape(n, m, h, w, p, p)
    return (powers / powers.sum(axis=(4, 5), keepdims=True) * upstream[..., None, None]).reshape(A.shape)


def soft_as_many_columns_as_rows(upstream, A, p, T):
    short = upstream.copy()
    short[..., upstream.shape[2] :] = 0
    return soft_loops(short, A, p, T)


def kernel_columns_of_rows(X, delta):
    """Visits no more columns than there are rows."""
    short = delta.copy()
    short[:, :, delta.shape[1] :] = 0
    return kernel_loops(X, short)


def input_padded_by(axes):
    """Collects with the flipped kernel, but the border of zeros is as wide as another side of the kernel."""

    def answer(delta, K):
        (up, side) = (K.shape[axis] - 1 for axis in axes)
        seen = np.lib.stride_tricks.sliding_window_view(
            np.pad(delta, ((0, 0), (up, up), (side, side))), K.shape, axis=(1, 2)
        )
        return np.einsum("nqtij,ij->nqt", seen, K[::-1, ::-1])

    return answer


def max_of_all_pictures(upstream, A, p, t):
    """One winner's place for the whole batch."""
    return max_masks(upstream, A[:1].repeat(len(A), axis=0), p, t)


def layer_other_divisor(part, divisor):
    """The mean of one part over another length: divisor(delta, X, K)."""

    def answer(delta, X, K, padding=0, stride=1):
        parts = list(layer_entries(delta, X, K, padding, stride))
        parts[part] = parts[part] * len(X) / divisor(delta, X, K)
        return parts

    return answer


def layer_as_many_columns_as_rows(delta, X, K, padding=0, stride=1):
    """../shared/cases/conv_backward_wide_pictures.py, as a kind: never more columns of delta than rows."""
    short = delta.copy()
    short[..., delta.shape[2] :] = 0
    return layer_entries(short, X, K, padding, stride)


def layer_as_many_rows_as_columns(delta, X, K, padding=0, stride=1):
    short = delta.copy()
    short[:, :, delta.shape[3] :] = 0
    return layer_entries(short, X, K, padding, stride)


def layer_as_many_columns_as_the_kernel(delta, X, K, padding=0, stride=1):
    short = delta.copy()
    short[..., K.shape[3] :] = 0
    return layer_entries(short, X, K, padding, stride)


def layer_bias_summed_over_examples(delta, X, K, padding=0, stride=1):
    dK, _, dX = layer_entries(delta, X, K, padding, stride)
    return dK, delta.sum(axis=0).mean(axis=(1, 2)), dX


def layer_only_as_wide_as_needed(delta, X, K, padding, stride):
    """Zeros between the deltas, and the picture cut to what the windows saw: too small where pixels are left over."""
    p, (rows, columns) = padding, delta.shape[2:]
    h, w = (rows - 1) * stride + K.shape[2], (columns - 1) * stride + K.shape[3]
    padded = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))[:, :, :h, :w]
    dK, db, dX = layer_entries(delta, padded, K, 0, stride)
    return dK, db, dX[:, :, p : p + X.shape[2], p : p + X.shape[3]]


SIZES = (  # that can be taken for the number of examples
    lambda delta, X, K: K.shape[2],
    lambda delta, X, K: K.shape[3],
    lambda delta, X, K: delta.shape[2],
    lambda delta, X, K: X.shape[1],
    lambda delta, X, K: len(K),
)
LAYERS = [
    squeezed(lambda *args: layer_entries(*args)),
    layer_as_many_columns_as_rows,
    layer_as_many_rows_as_columns,
    layer_as_many_columns_as_the_kernel,
    layer_bias_summed_over_examples,
    *(layer_other_divisor(part, divisor) for part in (0, 1) for divisor in SIZES),
]


def three(answer):
    return lambda delta, X, K: answer(delta, X, K)


WRONG = {
    "output_size": [0, 10, 12.5, 15, 27, -13, "13", True, float("nan"), [13, 13], {}, 13.01],
    "shared_gradient": [0, 6.5, -7.5, -0.5, -6.4, 7.0, "-6.5", True, float("inf"), [-1, -6, 0.5], 6.5j],
    "which_filter": ["A", "B", "C", "E", "", 4, ["D"], True, "C and D", 0.5],
    "filter_picture": [
        nothing,
        zero_like(0),
        changed(filter_entries, lambda r: -r),
        changed(filter_entries, lambda r: r.T),
        changed(filter_entries, lambda r: r[::-1]),
        changed(filter_entries, lambda r: np.maximum(r, 0)),
        changed(filter_entries, lambda r: r * (1 + 1e-5)),
        lambda x, K, *rest: filter_entries(x, K[::-1], *rest),
        lambda x, K, *rest: filter_entries(x, K[:, ::-1], *rest),
        lambda x, K, *rest: filter_entries(x, np.abs(K), *rest),
        lambda x, K, b, *rest: filter_entries(x, K, 0.0, *rest) * b,
        lambda x, K, *rest: filter_entries(x.T, K, *rest).T,
        filter_whole_numbers,
        lambda x, K, b, *rest: filter_entries(x, K, abs(b), *rest),
        changed(filter_entries, lambda r: r.astype(complex)),
        filter_of_padded(lambda x, p: np.pad(x, p, mode="edge")),
        filter_of_padded(lambda x, p: np.pad(x, p, constant_values=1.0)),
        filter_of_padded(lambda x, p: np.pad(x, ((p, p), (0, 0)))),
        filter_of_padded(lambda x, p: np.pad(x, ((0, 2 * p), (0, 2 * p)))),
        lambda x, K, b, padding, stride: filter_entries(x, K, b, 2 * padding, stride),
        lambda x, K, b, padding, stride: filter_entries(x, K, b, stride, padding or 1),
        lambda x, K, b, padding, stride: filter_entries(x, K, b, padding, 1)[:, ::stride],
        lambda x, K, b, padding, stride: filter_entries(x, K, b, padding, 1)[::stride],
        lambda x, K, b, padding, stride: np.pad(filter_entries(x, K, b, 0, stride), padding),
        lambda x, K, b, padding, stride: filter_entries(x[::stride, ::stride], K, b, padding, 1),
        lambda x, K, b, padding, stride: filter_entries(x, K, b, padding, min(stride, 2)),
        lambda x, K, b, padding, stride: filter_entries(x, K, b, min(padding, 1), stride),
        squeezed(filter_entries),
        filter_square,
        filter_second_time,
        lambda x, K, b, padding, stride: filter_entries(x, K, b, min(padding, 2), stride),
        lambda x, K, b, padding, stride: (
            filter_entries(x, K, b, padding, stride)
            if K.size > 1 or not padding
            else np.pad(filter_entries(x, K, b, 0, 1), padding)[::stride, ::stride]
        ),
        kept_by_shape(filter_entries),
    ],
    "soft_pool_backward": [
        nothing,
        lambda upstream, A, p, T: soft_loops(
            upstream.swapaxes(2, 3) if A.shape[2] == A.shape[3] else upstream, A, p, T
        ),
        kept_by_shape(soft_loops),
        zero_like(1),
        changed(soft_loops, lambda r: -r),
        changed(soft_loops, lambda r: r[:, :, ::-1]),
        changed(soft_loops, lambda r: r.mean(axis=1)),
        changed(soft_loops, lambda r: r * (1 + 1e-5)),
        lambda upstream, A, p, T: upstream,
        lambda upstream, A, p, T: soft_loops(np.ones_like(upstream), A, p, T),
        lambda upstream, A, p, T: soft_loops(upstream, -A, p, T),
        lambda upstream, A, p, T: soft_loops(upstream, A, p, 1 / T),
        lambda upstream, A, p, T: soft_loops(upstream, A * T, p, 1.0),
        lambda upstream, A, p, T: soft_loops(upstream, np.abs(A), p, T),
        lambda upstream, A, p, T: soft_loops(upstream[:, ::-1], A, p, T),
        lambda upstream, A, p, T: soft_loops(upstream, A, p, T) * A,
        lambda upstream, A, p, T: soft_loops(upstream, A, p, 0.5),
        lambda upstream, A, p, T: soft_loops(upstream, A, p, T) * (1 - soft_loops(np.ones_like(upstream), A, p, T)),
        lambda upstream, A, p, T: np.tile(upstream, (1, 1, p, p)) * soft_loops(np.ones_like(upstream), A, p, T),
        lambda upstream, A, p, T: soft_loops(upstream, A - A.max(axis=(0, 1)), p, T),
        lambda upstream, A, p, T: soft_loops(np.sign(upstream), A, p, T),
        soft_pooled_mean,
        squeezed(soft_loops),
        soft_reshaped,
        soft_as_many_columns_as_rows,
        lambda upstream, A, p, T: soft_loops(upstream, A, p, max(T, 0.6)),
        lambda upstream, A, p, T: soft_loops(upstream, A, p, T) if T != 1 else upstream,
    ],
    "kernel_gradient": [
        nothing,
        kernel_of_six_places,
        kept_by_shape(kernel_loops),
        zero_like(1),
        changed(kernel_loops, lambda r: 2 * r),
        changed(kernel_loops, lambda r: r.T),
        changed(kernel_loops, lambda r: r[::-1]),
        changed(kernel_loops, lambda r: np.abs(r)),
        changed(kernel_loops, lambda r: r.sum()),
        changed(kernel_loops, lambda r: r * (1 + 1e-5)),
        lambda X, delta: kernel_loops(X, np.ones_like(delta)),
        lambda X, delta: kernel_loops(X[:1], delta[:1]),
        lambda X, delta: kernel_loops(X, np.sign(delta)),
        lambda X, delta: kernel_loops(X, delta[:, ::-1, ::-1]),
        lambda X, delta: kernel_loops(X.mean(axis=0)[None], delta.mean(axis=0)[None]),
        lambda X, delta: kernel_loops(X, delta) * len(X) / X.shape[1],
        lambda X, delta: kernel_loops(X, delta) * len(X) / (len(X) - 1),
        lambda X, delta: kernel_loops(X, delta - delta.mean()),
        lambda X, delta: kernel_loops(np.roll(X, 1, axis=0), delta),
        lambda X, delta: kernel_loops(X, delta) * len(X) / delta.shape[1],
        lambda X, delta: kernel_loops(X, delta) * len(X) / X.shape[2],
        squeezed(kernel_loops),
        kernel_columns_of_rows,
    ],
    "input_gradient": [
        nothing,
        lambda delta, K: input_hand_out(delta, K.T if K.shape[0] == K.shape[1] else K),
        kept_by_shape(input_hand_out),
        zero_like(0),
        changed(input_hand_out, lambda r: -r),
        changed(input_hand_out, lambda r: 2 * r),
        changed(input_hand_out, lambda r: r.swapaxes(1, 2)),
        changed(input_hand_out, lambda r: r[:, 1:-1]),
        changed(input_hand_out, lambda r: r[:, ::-1, ::-1]),
        changed(input_hand_out, lambda r: r * (1 + 1e-5)),
        lambda delta, K: input_hand_out(np.ones_like(delta), K),
        lambda delta, K: input_hand_out(delta, np.ones_like(K)),
        lambda delta, K: input_hand_out(delta, np.abs(K)),
        lambda delta, K: input_hand_out(delta[:, ::-1, ::-1], K),
        input_wrapped,
        squeezed(input_hand_out),
        input_padded_by((0, 0)),
        input_padded_by((1, 1)),
        input_padded_by((1, 0)),
        lambda delta, K: input_hand_out(delta, K) if len(delta) > 1 else input_hand_out(delta, K)[0],
        lambda delta, K: input_hand_out(delta[:1].repeat(len(delta), axis=0), K),
        lambda delta, K: np.pad(input_hand_out(delta, K)[:, 1:-1, 1:-1], ((0, 0), (1, 1), (1, 1))),
    ],
    "overlapping_max_backward": [
        nothing,
        zero_like(1),
        max_of_the_whole,
        max_by_minimum,
        max_disjoint,
        max_place_without_start,
        changed(max_masks, lambda r: -r),
        changed(max_masks, lambda r: r.sum(axis=0)),
        changed(max_masks, lambda r: np.sign(r)),
        changed(max_masks, lambda r: r * (1 + 1e-5)),
        lambda upstream, A, p, t: max_masks(np.ones_like(upstream), A, p, t),
        lambda upstream, A, p, t: max_masks(upstream, np.abs(A), p, t),
        lambda upstream, A, p, t: max_masks(upstream[:, ::-1], A, p, t),
        max_from_zero,
        max_place_by_columns,
        max_shared_among_windows,
        max_of_all_pictures,
        max_by_value,
        max_by_value_in_a_dictionary,
        lambda upstream, A, p, t: max_masks(upstream, A, p, min(t, p + 1)),
        kept_by_shape(max_masks),
        squeezed(max_masks),
        lambda upstream, A, p, t: max_masks(upstream, A, p, t) if t <= p else max_masks(upstream, A, p, p),
        lambda upstream, A, p, t: max_masks(upstream, A, 2, t),
    ],
    "mended_convolution": [
        nothing,
        zero_like(1),
        lambda delta, X, K: dense_only(delta, X, K),
        lambda delta, X, K: no_last_step(delta, X, K),
        layer(lambda r: r[:2]),
        layer(lambda r: (r[2], r[1], r[0])),
        layer(lambda r: (r[0].swapaxes(0, 1), r[1], r[2])),
        layer(lambda r: (r[0], r[1][:, None], r[2])),
        layer(lambda r: (r[0], r[1], r[2].sum(axis=0))),
        layer(lambda r: (r[0], r[1], np.abs(r[2]))),
        layer(lambda r: [part * (1 + 1e-5) for part in r]),
        layer(lambda r: {"dK": r[0], "db": r[1], "dX": r[2]}),
        lambda delta, X, K: layer_entries(np.ones_like(delta), X, K),
        lambda delta, X, K: layer_entries(delta, X, K[:, :, ::-1]),
        layer(lambda r: (r[0], r[1] / 2, r[2])),
        lambda delta, X, K: (
            layer_entries(delta, X, K)[:1] + [delta.sum(axis=(0, 2, 3)) / len(K)] + layer_entries(delta, X, K)[2:]
        ),
        lambda delta, X, K: (
            layer_entries(delta, X, K)[:1] + [delta.mean(axis=(2, 3)).sum(axis=0)] + layer_entries(delta, X, K)[2:]
        ),
        kept_by_shape(lambda delta, X, K: layer_entries(delta, X, K)),
        *map(three, LAYERS),
    ],
    "conv_layer_backward": [
        nothing,
        zero_like(1),
        dense_only,
        no_last_step,
        layer(lambda r: r[:2]),
        layer(lambda r: (r[2], r[1], r[0])),
        layer(lambda r: (r[0], r[1], r[2].swapaxes(2, 3))),
        layer(lambda r: (r[0], r[1].sum(), r[2])),
        layer(lambda r: (np.abs(r[0]), r[1], r[2])),
        layer(lambda r: [part * (1 + 1e-5) for part in r]),
        lambda delta, X, K, padding, stride: layer_entries(delta, X, K[:, :, :, ::-1], padding, stride),
        lambda delta, X, K, padding, stride: layer_entries(delta, X[:, ::-1], K, padding, stride),
        lambda delta, X, K, padding, stride: layer_entries(delta, X, K, 0, stride),
        lambda delta, X, K, padding, stride: layer_entries(delta[:1], X[:1], K, padding, stride),
        lambda delta, X, K, padding, stride: layer_entries(delta, X, K, padding, min(stride, 2)),
        lambda delta, X, K, padding, stride: layer_entries(delta, X, K, max(padding, 1), stride),
        layer_cut_at_the_start,
        layer_padded_on_one_side,
        layer_padded_with_the_edge,
        layer_only_as_wide_as_needed,
        kept_by_shape(layer_entries),
        *LAYERS,
    ],
}
