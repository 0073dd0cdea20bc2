"""A backward pass as people write it, and what they write in its place: edits, each with the names that fit it."""

PROGRAM = """
def backward(net, params, X, Y):
    W, b, L, g, n = params.W, params.b, net.L, net.g, len(X)
    z, a = {}, {0: X}
    for l in range(1, L + 1):
        z[l] = a[l - 1] @ W[l].T + b[l]
        a[l] = g[l](z[l])
    error = net.loss.gradient(a[L], Y)
    delta = {L: error * g[L].derivative(z[L])}
    for l in range(L - 1, 0, -1):
        delta[l] = (delta[l + 1] @ W[l + 1]) * g[l].derivative(z[l])
    dW = {l: delta[l].T @ a[l - 1] / n for l in delta}
    db = {l: delta[l].sum(axis=0) / n for l in delta}
    return {f"{kind}{l}": d[l] for l in range(1, L + 1) for kind, d in (("W", dW), ("b", db))}
"""
OUTPUT, HIDDEN, BACK = "* g[L].derivative(z[L])", "* g[l].derivative(z[l])", "delta[l + 1] @ W[l + 1]"
WEIGHTS, BIASES, LOOP = (
    "delta[l].T @ a[l - 1] / n for l in delta",
    "delta[l].sum(axis=0) / n for l in delta",
    "    for l in range(L - 1",
)
RETURN = "    return {"


def _scaled(factor):
    return (LOOP, f"    delta[L] = delta[L] * {factor}\n" + LOOP)


FAULTS = {
    # name: (the names that fit, edits)
    "no slope at the output": ("slope_missing", (OUTPUT, "")),
    "no slope in the hidden layers": ("slope_missing", (HIDDEN, "")),
    "no slope in the first layer": ("slope_missing", (HIDDEN, HIDDEN + " ** (l > 1)")),
    "no slope at all": ("slope_missing", (OUTPUT, ""), (HIDDEN, "")),
    "slope of a at the output": ("slope_of_a", (OUTPUT, "* g[L].derivative(a[L])")),
    "slope of a in the hidden layers": ("slope_of_a", (HIDDEN, "* g[l].derivative(a[l])")),
    "slope of a": ("slope_of_a", (OUTPUT, "* g[L].derivative(a[L])"), (HIDDEN, "* g[l].derivative(a[l])")),
    "slope squared": ("slope_squared", (HIDDEN, HIDDEN + " ** 2")),
    "the slope of a sigmoid": ("slope_of_sigmoid", (HIDDEN, "* a[l] * (1 - a[l])")),
    "the slope of tanh": ("slope_of_tanh", (HIDDEN, "* (1 - a[l] ** 2)")),
    "the slope of ReLU": ("slope_of_relu", (HIDDEN, "* (z[l] > 0)")),
    "a for the slope": ("a_for_slope", (HIDDEN, "* a[l]")),
    "z for the slope": ("z_for_slope", (HIDDEN, "* z[l]")),
    "the other side": ("slope_other_side", (HIDDEN, "* g[l].derivative(-z[l])")),
    "mean slope": ("slope_averaged", (HIDDEN, "* g[l].derivative(z[l]).mean(axis=0)")),
    "transposed weights": ("transposed_weights", (BACK, "delta[l + 1] @ (W[l + 1].T if W[l + 1].shape[0] == W[l + 1].shape[1] else W[l + 1])")),
    "last path": ("last_path_only", (BACK, "delta[l + 1][:, -1:] * W[l + 1][-1]")),
    "first path": ("first_path_only", (BACK, "delta[l + 1][:, :1] * W[l + 1][0]")),
    "weights ignored": ("weights_ignored", (BACK, "delta[l + 1].sum(axis=1, keepdims=True)")),
    "signs of weights": ("signs_of_weights_lost", (BACK, "delta[l + 1] @ abs(W[l + 1])")),
    "the plain error goes back": ("error_goes_back", (BACK, "(error if l == L - 1 else delta[l + 1]) @ W[l + 1]")),
    "updated first": ("output_first", (BACK, "delta[l + 1] @ (W[l + 1] - 0.5 * delta[l + 1].T @ a[l] / n)")),
    "hidden layers uphill": ("sign", (BACK, "-(delta[L] @ W[L] if l == L - 1 else -delta[l + 1] @ W[l + 1])")),
    "everything uphill": ("sign", _scaled("-1")),
    "twice": ("constant_factor", _scaled("2")),
    "half": ("constant_factor", _scaled("0.5")),
    "not averaged": ("not_averaged", (" / n", "")),
    "averaged twice": ("averaged_twice", (" / n", " / n / n")),
    "averaged at the output, too, and passed on": ("averaged_twice", (BACK, "(delta[l + 1] / n if l == L - 1 else delta[l + 1]) @ W[l + 1]")),
    "biases not averaged": ("not_averaged biases_not_averaged", (BIASES, "delta[l].sum(axis=0) for l in delta")),
    "weights not averaged": ("not_averaged weights_not_averaged", (WEIGHTS, "delta[l].T @ a[l - 1] for l in delta")),
    "biases frozen": ("biases_frozen zero", (BIASES, "0 * b[l] for l in delta")),
    "first bias frozen": ("biases_frozen zero", (BIASES, "delta[l].sum(axis=0) / n * (l > 1) for l in delta")),
    "hidden layers frozen": ("layer_frozen zero", (RETURN, "    for l in range(1, L):\n        dW[l], db[l] = 0 * dW[l], 0 * db[l]\n" + RETURN)),
    "weights frozen": ("weights_frozen zero", (WEIGHTS, "0 * W[l] for l in delta")),
    "bias to one number": ("bias_to_one_number one_number_sum", (BIASES, "delta[l].sum() / n + 0 * b[l] for l in delta")),
    "bias to one number, a scalar": ("bias_to_one_number one_number_sum", (BIASES, "delta[l].sum() / n for l in delta")),
    "bias, mean of all": ("bias_mean_of_all one_number_mean", (BIASES, "delta[l].mean() + 0 * b[l] for l in delta")),
    "bias not reduced": ("bias_not_reduced not_reduced_mean", (BIASES, "delta[l] for l in delta")),
    "bias not reduced, divided": ("bias_not_reduced not_reduced_sum", (BIASES, "delta[l] / n for l in delta")),
    "bias a row": ("bias_keeps_a_row reshaped", (BIASES, "delta[l].mean(axis=0, keepdims=True) for l in delta")),
    "bias over units": ("bias_over_units", (BIASES, "delta[l].mean(axis=1) for l in delta")),
    "weights transposed": ("weights_transposed transposed", (WEIGHTS, "(delta[l].T @ a[l - 1]).T / n for l in delta")),
    "own activation": ("own_activation", (WEIGHTS, "delta[l].T @ (a[l] if a[l].shape == a[l - 1].shape else a[l - 1]) / n for l in delta")),
    "z for a": ("z_for_activation", (WEIGHTS, "delta[l].T @ (z[l - 1] if l > 1 else X) / n for l in delta")),
    "means multiplied": ("means_multiplied", (WEIGHTS, "np.outer(delta[l].mean(axis=0), a[l - 1].mean(axis=0)) for l in delta")),
    "weight for input": ("weight_for_input", (WEIGHTS, "delta[l].mean(axis=0)[:, None] * W[l] for l in delta")),
    "times weight": ("gradient_times_weight", (WEIGHTS, "delta[l].T @ a[l - 1] / n * W[l] for l in delta")),
    "first example": ("first_example_only", ("len(X)", "1; X, Y = X[:1], Y[:1]")),
    "last example": ("last_example_only", ("len(X)", "1; X, Y = X[-1:], Y[-1:]")),
    "last example left out": ("last_example_left_out", ("len(X)", "len(X); X, Y = X[:-1], Y[:-1]")),
    "no biases forward": ("forward_without_biases", (" + b[l]", "")),
    "a penalty": ("penalty", (RETURN, "    for l in dW:\n        dW[l] = dW[l] + 0.01 * W[l]\n" + RETURN)),
    "errors without sign": ("signs_of_errors_lost", ("error =", "error = abs"), ("abs net.loss.gradient(a[L], Y)", "abs(net.loss.gradient(a[L], Y))")),
    "slope once more at logits": ("slope_twice", ("error * g", "error * (s := bp.softmax(a[L]) if net.loss is bp.cross_entropy else bp.sigmoid(z[L])) * (1 - s) * g")),
    "no slope, not averaged": ("slope_missing + not_averaged", (HIDDEN, ""), (" / n", "")),
    "updated first, no slope at the output": ("slope_missing + output_first", (OUTPUT, ""), (BACK, "delta[l + 1] @ (W[l + 1] - 0.5 * delta[l + 1].T @ a[l] / n)")),
    "plain error": ("plain_error logits_for_probabilities", ("net.loss.gradient(a[L], Y)", "a[L] - Y")),
    "no target": ("target_forgotten", ("net.loss.gradient(a[L], Y)", "a[L] - Y * 0 if not net.loss.on_logits else (bp.softmax(a[L]) if net.loss is bp.cross_entropy else bp.sigmoid(a[L]))")),
    "error squared": ("error_squared", ("net.loss.gradient(a[L], Y)", "(a[L] - Y) ** 2")),
    "sign of the error at no logits": ("signs_of_errors_only", ("net.loss.gradient(a[L], Y)", "np.sign(a[L] - Y)")),
    "softmax for sigmoid at logits": ("other_probabilities", ("net.loss.gradient(a[L], Y)", "(bp.sigmoid if net.loss is bp.cross_entropy else bp.softmax)(a[L]) - Y")),
    "softmax forgotten at logits": ("softmax_forgotten", ("net.loss.gradient(a[L], Y)", "-Y / (bp.softmax if net.loss is bp.cross_entropy else bp.sigmoid)(a[L])")),
    "softmax entry by entry at logits": ("diagonal_softmax", ("net.loss.gradient(a[L], Y)", "-Y * (1 - (bp.softmax if net.loss is bp.cross_entropy else bp.sigmoid)(a[L]))")),
    "deltas of the mean": ("mean_delta_for_all", (BACK, "delta[l + 1].mean(axis=0) @ W[l + 1] + 0 * z[l]")),
    "input everywhere": ("input_everywhere", (WEIGHTS, "delta[l].T @ (X if X.shape == a[l - 1].shape else a[l - 1]) / n for l in delta")),
    "own weights": ("own_weights", (BACK, "delta[l + 1] @ (W[l] if W[l].shape == W[l + 1].shape else W[l + 1])")),
    "one entry": ("", (RETURN, "    dW[1][0, 0] += 0.01\n" + RETURN)),
    "one row": ("", (RETURN, "    dW[1][0] *= 1.01\n" + RETURN)),
    "a thousandth": ("constant_factor", (BACK, "1.001 * delta[l + 1] @ W[l + 1]")),
}  # fmt: skip


def passes():
    """{name: (the names that fit, the function)}, with "" for the right one."""
    import numpy as np

    import bpcourse as bp

    made = {}
    for name, (fits, *edits) in {"": ("", ("", "")), **FAULTS}.items():
        text = PROGRAM
        for old, new in edits:
            assert old in text, (name, old)
            text = text.replace(old, new)
        space = {"np": np, "bp": bp}
        exec(text, space)
        made[name] = fits, space["backward"]
    return made
