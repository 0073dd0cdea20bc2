"""Right answers to the exercises of chapter 07, each written in other words than the solution."""

import copy
from collections import defaultdict
from functools import partial

import numpy as np

import bpcourse as bp
from bpcourse.convolution import convolve, convolve_backward


def windows(X, shape):
    return np.lib.stride_tricks.sliding_window_view(X, shape, axis=(-2, -1))


# ----- one filter


def places(x, K, padding, stride):
    """Rows and columns of places, as the formula of the chapter counts them."""
    return tuple(
        (side + 2 * padding - of_kernel) // stride + 1 for side, of_kernel in zip(x.shape, K.shape, strict=True)
    )


def filter_loops(x, K, b, padding, stride):
    """No padded array: what lies outside of the picture is skipped."""
    rows, columns = places(x, K, padding, stride)
    z = [[b] * columns for _ in range(rows)]
    for r in range(rows):
        for s in range(columns):
            for (i, j), weight in np.ndenumerate(K):
                q, u = r * stride + i - padding, s * stride + j - padding
                if 0 <= q < x.shape[0] and 0 <= u < x.shape[1]:
                    z[r][s] += weight * x[q, u]
    return z


def filter_entries(x, K, b, padding, stride):
    """A sum over the entries of the kernel: a shifted picture for each, of which every so many pixels are taken."""
    rows, columns = places(x, K, padding, stride)
    around = np.zeros(np.array(x.shape) + 2 * padding)
    around[padding : padding + x.shape[0], padding : padding + x.shape[1]] = x
    z = np.full((rows, columns), b)
    for (i, j), weight in np.ndenumerate(K):
        z += weight * around[i::stride, j::stride][:rows, :columns]
    return z


def filter_products(x, K, b, padding, stride):
    taken = windows(np.pad(x, padding), K.shape)[::stride, ::stride]
    print("some answers print")
    return (taken.reshape(-1, K.size) @ K.ravel()).reshape(taken.shape[:2]) + b


def filter_rows(x, K, b, padding, stride):
    """Row by row, with NumPy's correlation in one dimension; the places between are thrown away."""
    around = np.pad(x, padding)
    z = np.zeros(np.array(around.shape) - K.shape + 1) + b
    for r in range(len(z)):
        for i in range(len(K)):
            z[r] += np.correlate(around[r + i], K[i], "valid")
    return np.asfortranarray(z[::stride, ::stride])


def filter_fourier(x, K, b, padding, stride):
    """The correlation theorem; where the window wraps round is cut off."""
    x = np.pad(x, padding)
    z = np.fft.irfft2(np.fft.rfft2(x) * np.conj(np.fft.rfft2(K, s=x.shape)), s=x.shape)
    return z[: x.shape[0] - K.shape[0] + 1 : stride, : x.shape[1] - K.shape[1] + 1 : stride] + b


def filter_with_the_chapter(x, K, b, padding=0, stride=1):
    return convolve(np.pad(x, padding)[None, None], K[None, None], np.array([b]))[0, 0, ::stride, ::stride]


def filter_recursive(x, K, b, padding, stride):
    """Row below row, as a list of lists."""
    padded, (k, width) = np.pad(copy.deepcopy(x), padding), K.shape

    def below(r):
        if r + k > len(padded):
            return []
        starts = range(0, padded.shape[1] - width + 1, stride)
        return [[float(np.vdot(padded[r : r + k, s : s + width], K)) + b for s in starts], *below(r + stride)]

    return below(0)


def filter_vectorized(x, K, b, padding, stride):
    padded, (k, width) = np.pad(x, padding), K.shape

    @np.vectorize
    def at(r, s):
        return float((padded[r * stride : r * stride + k, s * stride : s * stride + width] * K).sum() + b)

    return at(*np.indices(places(x, K, padding, stride)))


class Filter:
    """An object that can be called."""

    def __call__(self, x, K, b, padding, stride):
        assert isinstance(x, np.ndarray) and isinstance(padding, int) and isinstance(stride, int)
        return filter_entries(x, K, b, padding, stride)


def kernel_table(X, delta):
    """Each window is an example."""
    (n, h, w), (_, rows, columns) = X.shape, delta.shape
    shape = h - rows + 1, w - columns + 1
    return (delta.reshape(-1) @ windows(X, shape).reshape(delta.size, -1) / n).reshape(shape)


def kernel_fourier(X, delta):
    (h, w), shape = X.shape[1:], np.array(X.shape[1:]) - delta.shape[1:] + 1
    each = np.fft.irfft2(np.fft.rfft2(X) * np.conj(np.fft.rfft2(delta, s=(h, w))), s=(h, w))
    return each.mean(axis=0)[: shape[0], : shape[1]]


def kernel_loops(X, delta):
    (n, h, w), (_, rows, columns) = X.shape, delta.shape
    dK = np.zeros((h - rows + 1, w - columns + 1))
    for e in range(n):
        for r in range(rows):
            for s in range(columns):
                dK += delta[e, r, s] / n * X[e, r : r + dK.shape[0], s : s + dK.shape[1]]
    return dK


def kernel_correlation(X, delta):
    """Delta slides over the picture; the mean of what it gives."""
    shape = np.array(X.shape[1:]) - delta.shape[1:] + 1
    each = [
        [[(d * x[i : i + d.shape[0], j : j + d.shape[1]]).sum() for j in range(shape[1])] for i in range(shape[0])]
        for x, d in zip(X, delta, strict=True)
    ]
    return np.mean(each, axis=0)


def kernel_dense(X, delta):
    """The dense gradient, summed over the entries that are tied."""
    (n, h, w), (_, rows, columns) = X.shape, delta.shape
    dense = np.einsum("nrs,nqt->rsqt", delta, X) / n
    dK = np.zeros((h - rows + 1, w - columns + 1))
    for r, s, i, j in np.ndindex(rows, columns, *dK.shape):
        dK[i, j] += dense[r, s, r + i, s + j]
    return dK


def input_hand_out(delta, K):
    (n, h, w), (k, width) = delta.shape, K.shape
    dX = np.zeros((n, h + k - 1, w + width - 1))
    for r in range(h):
        for s in range(w):
            dX[:, r : r + k, s : s + width] += np.multiply.outer(delta[:, r, s], K)
    return dX


def input_entries(delta, K):
    """For each weight, delta moved to the pixels that it saw."""
    dX = 0
    for (i, j), weight in np.ndenumerate(K):
        k, width = K.shape
        dX = dX + weight * np.pad(delta, ((0, 0), (i, k - 1 - i), (j, width - 1 - j)))
    return dX


def input_collect(delta, K):
    """Each pixel asks all places, and skips those that are none."""
    (n, h, w), (k, width) = delta.shape, K.shape
    dX = np.zeros((n, h + k - 1, w + width - 1))
    for e, q, t, i, j in np.ndindex(*dX.shape, k, width):
        if 0 <= q - i < h and 0 <= t - j < w:
            dX[e, q, t] += K[i, j] * delta[e, q - i, t - j]
    return dX


def input_rows(delta, K):
    """NumPy's true convolution of every row of delta with every row of the kernel."""
    (n, h, w), (k, width) = delta.shape, K.shape
    dX = np.zeros((n, h + k - 1, w + width - 1))
    for e, r, i in np.ndindex(n, h, k):
        dX[e, r + i] += np.convolve(delta[e, r], K[i])
    return dX


def input_fourier(delta, K):
    shape = delta.shape[1] + K.shape[0] - 1, delta.shape[2] + K.shape[1] - 1
    return np.fft.irfft2(np.fft.rfft2(delta, s=shape) * np.fft.rfft2(K, s=shape), s=shape)


def input_dense(delta, K):
    """M^T delta, with M from the answers to pictures of one pixel."""
    n, h, w = delta.shape
    shape = (h + K.shape[0] - 1, w + K.shape[1] - 1)
    ones = np.eye(shape[0] * shape[1]).reshape(-1, *shape)
    M = np.einsum("qrsij,ij->qrs", windows(ones, K.shape), K).reshape(len(ones), -1)
    return (delta.reshape(n, -1) @ M.T).reshape(n, *shape)


# ----- pooling


def soft_loops(upstream, A, p, T):
    dA = np.empty_like(A)
    for e, f, r, s in np.ndindex(upstream.shape):
        place = np.s_[e, f, r * p : r * p + p, s * p : s * p + p]
        powers = np.exp(A[place] / T)
        dA[place] = upstream[e, f, r, s] * powers / powers.sum()
    return dA


def soft_from_the_output(upstream, A, p, T):
    """The share of an entry is exp((a - y)/T) / N, with y the pooled value itself."""
    n, m, h, w = upstream.shape
    y = T * np.log(np.exp(A / T).reshape(n, m, h, p, w, p).mean(axis=(3, 5)))
    wide = np.ones((p, p))
    return np.kron(upstream, wide[None, None]) * np.exp((A - np.kron(y, wide[None, None])) / T) / p**2


def soft_stable(upstream, A, p, T):
    """The largest entry of each block is subtracted first; the blocks lie side by side as a last index."""
    n, m, h, w = upstream.shape
    B = A.reshape(n, m, h, p, w, p).swapaxes(3, 4).reshape(n, m, h, w, p * p) / T
    shares = np.exp(B - B.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    back = (shares * upstream[..., None]).reshape(n, m, h, w, p, p).swapaxes(3, 4)
    return np.asfortranarray(back.reshape(A.shape))


def soft_with_the_logistic(upstream, A, p, T):
    """One over the sum of how many times larger each of the others is."""
    dA = []
    for (e, f, q, u), value in np.ndenumerate(A):
        block = A[e, f, q // p * p : q // p * p + p, u // p * p : u // p * p + p]
        dA.append(upstream[e, f, q // p, u // p] / sum(np.exp((other - value) / T) for other in block.ravel()))
    return np.array(dA).reshape(A.shape)


def soft_with_the_softmax(upstream, A, p, T):
    """A row a block, and the softmax of the library."""
    n, m, h, w = upstream.shape
    B = A.reshape(n, m, h, p, w, p).transpose(0, 1, 2, 4, 3, 5)
    rows = bp.softmax(B.reshape(-1, p * p) / T) * upstream.reshape(-1, 1)
    return rows.reshape(B.shape).transpose(0, 1, 2, 4, 3, 5).reshape(A.shape)


def soft_complex_steps(upstream, A, p, T):
    """No derivative taken by hand."""
    n, m, h, w = upstream.shape
    A, dA = A.astype(complex), np.zeros(A.shape)
    for i in np.ndindex(A.shape):
        A[i] += 1e-30j
        y = T * np.log(np.exp(A / T).reshape(n, m, h, p, w, p).mean(axis=(3, 5)))
        dA[i] = (upstream * y).sum().imag / 1e-30
        A[i] = A[i].real
    return dA


def max_dictionary(upstream, A, p, t=1):
    got = defaultdict(float)
    for (e, r, s), message in np.ndenumerate(upstream):
        seen = ((e, q, u) for q in range(r * t, r * t + p) for u in range(s * t, s * t + p))
        got[max(seen, key=A.__getitem__)] += message
    dA = np.zeros(A.shape)
    for place, message in got.items():
        dA[place] = message
    return dA


def max_offsets(upstream, A, p, t):
    """The largest so far over the p · p places in a window, all windows at once; then who equals it."""
    rows, columns = upstream.shape[1:]
    seen = [np.s_[:, i : i + (rows - 1) * t + 1 : t, j : j + (columns - 1) * t + 1 : t] for i, j in np.ndindex(p, p)]
    top, dA = np.max([A[place] for place in seen], axis=0), 0 * A
    for place in seen:
        dA[place] += upstream * (A[place] == top)
    return dA


def max_add_at(upstream, A, p, t):
    n, w = A.shape[0], A.shape[2]
    rows, columns = upstream.shape[1:]
    flat = windows(A, (p, p))[:, ::t, ::t][:, :rows, :columns].reshape(n, rows, columns, p * p).argmax(axis=-1)
    r, s = np.arange(rows)[:, None] * t, np.arange(columns) * t
    place = (r + flat // p) * w + s + flat % p
    dA = np.zeros((n, A.shape[1] * w))
    np.add.at(dA, (np.arange(n)[:, None, None], place), upstream)
    return dA.reshape(A.shape)


def max_masks(upstream, A, p, t):
    dA = 0 * A
    for r in range(upstream.shape[1]):
        for s in range(upstream.shape[2]):
            place = np.s_[:, t * r : t * r + p, t * s : t * s + p]
            top = A[place].max(axis=(1, 2), keepdims=True)
            dA[place] += (A[place] >= top) * upstream[:, r, s][:, None, None]
    return dA


def max_counted(upstream, A, p, t):
    """All places in one long list, and NumPy's count with weights."""
    rows, columns = upstream.shape[1:]
    flat = windows(A, (p, p))[:, ::t, ::t].reshape(len(A), rows, columns, -1).argmax(axis=-1)
    e, r, s = np.indices(flat.shape)
    places = np.ravel_multi_index((e, r * t + flat // p, s * t + flat % p), A.shape)
    return np.bincount(places.ravel(), upstream.ravel(), A.size).reshape(A.shape)


def max_by_hand(upstream, A, p, t):
    """The largest so far, entry by entry."""
    dA = np.zeros(A.shape)
    for e, r, s in np.ndindex(upstream.shape):
        best, at = -np.inf, None
        for q in range(r * t, r * t + p):
            for u in range(s * t, s * t + p):
                if A[e, q, u] > best:
                    best, at = A[e, q, u], (e, q, u)
        dA[at] += upstream[e, r, s]
    return dA


# ----- layers


def layer_entries(delta, X, K, padding=0, stride=1):
    """Over the entries of the kernel and not over the places."""
    n, p, (h, w) = len(X), padding, delta.shape[2:]
    padded = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
    dK, dP = np.empty_like(K), np.zeros_like(padded)
    for i, j in np.ndindex(K.shape[2:]):
        seen = np.s_[:, :, i : i + (h - 1) * stride + 1 : stride, j : j + (w - 1) * stride + 1 : stride]
        dK[:, :, i, j] = np.tensordot(delta, padded[seen], axes=((0, 2, 3), (0, 2, 3))) / n
        dP[seen] += np.einsum("nmhw,mc->nchw", delta, K[:, :, i, j])
    return [dK, delta.mean(axis=0).sum(axis=(1, 2)), dP[:, :, p : dP.shape[2] - p, p : dP.shape[3] - p]]


def layer_dilated(delta, X, K, padding=0, stride=1):
    """Delta with zeros between, then the layer of stride one, flipped kernel and all."""
    n, p, (k, width) = len(X), padding, K.shape[2:]
    padded = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
    wide = np.zeros((*delta.shape[:2], padded.shape[2] - k + 1, padded.shape[3] - width + 1))
    wide[:, :, : delta.shape[2] * stride : stride, : delta.shape[3] * stride : stride] = delta
    dK = np.einsum("nmrs,ncrsij->mcij", wide, windows(padded, (k, width))) / n
    around = np.pad(wide, ((0, 0), (0, 0), (k - 1, k - 1), (width - 1, width - 1)))
    dP = np.einsum("nmqtij,mcij->ncqt", windows(around, (k, width)), K[:, :, ::-1, ::-1])
    return dK, wide.sum(axis=(0, 2, 3)) / n, dP[:, :, p : p + X.shape[2], p : p + X.shape[3]]


def layer_each(delta, X, K, padding=0, stride=1):
    """Delta by delta: each adds to the kernel of its filter, and hands out to its window."""
    n, p, (h, w), (k, width) = len(X), padding, X.shape[2:], K.shape[2:]
    padded = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
    dK, dP, db = np.zeros_like(K), np.zeros_like(padded), np.zeros(len(K))
    for e, f, r, s in np.ndindex(delta.shape):
        place = np.s_[e, :, r * stride : r * stride + k, s * stride : s * stride + width]
        dK[f] += delta[e, f, r, s] * padded[place] / n
        dP[place] += delta[e, f, r, s] * K[f]
        db[f] += delta[e, f, r, s] / n
    return tuple(np.asfortranarray(part) for part in (dK, db, dP[:, :, p : p + h, p : p + w]))


def layer_with_the_chapter(delta, X, K, padding=0, stride=1):
    """Zeros between the deltas, and the chapter's function for the rest."""
    p, (rows, columns) = padding, delta.shape[2:]
    padded = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
    wide = np.zeros((*delta.shape[:2], padded.shape[2] - K.shape[2] + 1, padded.shape[3] - K.shape[3] + 1))
    wide[:, :, : rows * stride : stride, : columns * stride : stride] = delta
    dK, db, dX = convolve_backward(wide, padded, K)
    return dK, db, dX[:, :, p : p + X.shape[2], p : p + X.shape[3]]


def layer_picture_by_picture(delta, X, K, padding=0, stride=1):
    each = [layer_entries(d[None], x[None], K, padding, stride) for d, x in zip(delta, X, strict=True)]
    dK, db, dX = zip(*each, strict=True)
    return np.mean(dK, axis=0).tolist(), np.mean(db, axis=0), np.concatenate(dX)


def layer_nearly(delta, X, K, padding=0, stride=1):
    """Rounding of another kind: all off by a ten-millionth."""
    return tuple(part * (1 + 1e-7) for part in layer_entries(delta, X, K, padding, stride))


RIGHT = {
    "output_size": [13, 13.0, np.int64(13), len(range(0, 22 + 8 - 5 + 1, 2))],
    "shared_gradient": [-6.5, np.float64(-6.5), -13 / 2],
    "which_filter": ["D", "d", " D "],
    "filter_picture": [
        filter_loops,
        filter_entries,
        filter_products,
        filter_rows,
        filter_fourier,
        filter_with_the_chapter,
        filter_recursive,
        filter_vectorized,
        Filter(),
        partial(filter_entries),
        lambda x, K, b, padding, stride: filter_entries(x, K, b, padding, stride),
    ],  # fmt: skip
    "soft_pool_backward": [
        soft_loops,
        soft_from_the_output,
        soft_stable,
        soft_with_the_logistic,
        soft_with_the_softmax,
        soft_complex_steps,
    ],  # fmt: skip
    "kernel_gradient": [kernel_loops, kernel_correlation, kernel_dense, kernel_fourier, kernel_table],
    "input_gradient": [input_hand_out, input_entries, input_dense, input_collect, input_rows, input_fourier],
    "overlapping_max_backward": [max_add_at, max_masks, max_counted, max_by_hand, max_dictionary, max_offsets],
    "mended_convolution": [
        lambda delta, X, K: layer_entries(delta, X, K),
        lambda delta, X, K: layer_dilated(delta, X, K),
        lambda delta, X, K: layer_each(delta, X, K),
        lambda delta, X, K: layer_with_the_chapter(delta, X, K),
        lambda delta, X, K: layer_picture_by_picture(delta, X, K),
        lambda delta, X, K: layer_nearly(delta, X, K),
    ],
    "conv_layer_backward": [
        layer_entries,
        layer_dilated,
        layer_each,
        layer_with_the_chapter,
        layer_picture_by_picture,
        layer_nearly,
    ],  # fmt: skip
}
