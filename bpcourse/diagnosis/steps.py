"""What a backward pass may do at each of its steps: the right thing, and what people write in its place.

Each option is (name, array); the name of the right one is "". delta, z and a (n, n_l) are those of one layer.
"""

import numpy as np

from .. import activations, losses


def errors(net, output, Y):
    """What may stand for dE/da[L] (n, n_L)."""
    right, plain = net.loss.gradient(output, Y), output - Y
    yield "", right
    if net.loss.on_logits:
        p = losses.softmax(output) if net.loss.on_logits == "softmax" else activations.sigmoid(output)
        slope = p * (1 - p)
        yield "slope_twice", right * slope
        yield "logits_for_probabilities", plain
        yield "diagonal_softmax", -Y * (1 - p)
        yield "softmax_forgotten", -Y / np.maximum(p, 1e-300)
        yield "target_forgotten", p
        yield "error_squared", right**2
        yield "error_squared", plain**2
        yield "mean_squares", 2 * (p - Y) * slope / Y.shape[1]
        other = losses.softmax(output) if net.loss.on_logits == "sigmoid" else activations.sigmoid(output)
        yield "other_probabilities", other - Y
    else:
        yield "plain_error", plain
        yield "target_forgotten", output
        yield "signs_of_errors_only", np.sign(plain) / Y.shape[1]
        yield "error_squared", plain**2
    yield "signs_of_errors_lost", np.abs(right)


def slopes(g, z, a, before):
    """What may stand for g'(z) (n, n_l). before: a[l-1]."""
    right = g.derivative(z)
    yield "", right
    yield "slope_missing", np.ones_like(z)
    yield "slope_of_a", g.derivative(a)
    yield "slope_squared", right**2
    yield "slope_of_slope", right * (1 - right)
    yield "a_for_slope", a
    yield "one_minus_a_for_slope", 1 - a
    yield "z_in_slope", z * (1 - z) if g is activations.sigmoid else 1 - z**2
    yield "slope_of_sigmoid", a * (1 - a)
    yield "slope_of_tanh", 1 - a**2
    yield "slope_of_relu", (z > 0) * 1.0
    yield "slope_other_side", g.derivative(-z)
    for other in (activations.sigmoid, activations.tanh):
        yield f"slope_of_{other.name}", other.derivative(z)
    yield "slope_averaged", np.broadcast_to(right.mean(axis=0), z.shape)
    yield "z_for_slope", z
    yield "plus_in_slope", a * (1 + a)
    if before.shape == z.shape:
        yield "slope_of_layer_before", g.derivative(before)


def messages(delta, plain, W, own):
    """What may come back to a[l] (n, n_l) from delta (n, n_{l+1}) of the layer above, whose weights are W.

    plain: that delta without its slope. own: the weights of layer l itself, or None.
    """
    yield "", delta @ W
    if W.shape[0] == W.shape[1] > 1:
        yield "transposed_weights", delta @ W.T
    yield "error_goes_back", plain @ W
    if len(W) > 1:
        yield "last_path_only", delta[:, -1:] * W[-1]
        yield "first_path_only", delta[:, :1] * W[0]
    yield "weights_ignored", np.repeat(delta.sum(axis=1, keepdims=True), W.shape[1], axis=1)
    yield "signs_of_weights_lost", delta @ np.abs(W)
    yield "signs_of_deltas_lost", np.abs(delta) @ W
    yield "mean_delta_for_all", np.broadcast_to(delta.mean(axis=0) @ W, (len(delta), W.shape[1]))
    if own is not None and own.shape == W.shape:
        yield "own_weights", delta @ own
    yield "shares_of_weights", delta @ (W / W.sum(axis=1, keepdims=True))


def weight_gradients(delta, inputs, z_before, own, X, W):
    """What may stand for dC/dW[l] = delta[l]^T a[l-1] / n. inputs: a[l-1]; own: a[l]; z_before: z[l-1] or None."""
    n, right = len(delta), delta.T @ inputs / len(delta)
    yield "", right
    yield "weights_transposed", right.T
    yield "weights_frozen", 0 * right
    if own.shape == inputs.shape:
        yield "own_activation", delta.T @ own / n
    if z_before is not None:
        yield "z_for_activation", delta.T @ z_before / n
    if X.shape == inputs.shape and X is not inputs:
        yield "input_everywhere", delta.T @ X / n
    mean = delta.mean(axis=0)
    if n > 1:
        yield "means_multiplied", np.outer(mean, inputs.mean(axis=0))
        yield "first_example_only", np.outer(delta[0], inputs[0])
        yield "last_example_only", np.outer(delta[-1], inputs[-1])
    yield "weight_for_input", mean[:, None] * W
    yield "gradient_times_weight", right * W
    yield "activation_ignored", np.repeat(mean[:, None], W.shape[1], axis=1)
    yield "input_squared", delta.T @ inputs**2 / n


def bias_gradients(delta, inputs, b):
    """What may stand for dC/db[l] = the sum of delta[l] over the examples / n."""
    n, mean = len(delta), delta.mean(axis=0)
    yield "", mean
    yield "biases_frozen", 0 * mean
    yield "bias_not_reduced", delta
    yield "bias_not_reduced", delta / n
    for shape in ((), (1,), mean.shape):
        yield "bias_to_one_number", np.full(shape, delta.sum() / n)
        yield "bias_mean_of_all", np.full(shape, delta.mean())
    yield "bias_keeps_a_row", mean[None, :]
    yield "bias_keeps_a_row", mean[:, None]
    yield "bias_over_units", delta.mean(axis=1)
    yield "bias_over_units", delta.sum(axis=1)
    if n > 1:
        yield "first_example_only", delta[0]
        yield "last_example_only", delta[-1]
        yield "bias_median", np.median(delta, axis=0)
    yield "bias_times_activation", (delta.T @ inputs).sum(axis=1) / n
    yield "gradient_times_weight", mean * b
