"""Mistakes in a step of gradient descent, each an edit of descent.PROGRAM: (name, message, edits)."""

_G1, _G2 = "1 / (1 + np.exp(-(X @ W1.T + b1)))", "1 / (1 + np.exp(-(A1 @ W2.T + b2)))"
_S1, _S2, _BACK = "A1 * (1 - A1)", "A2 * (1 - A2)", "(delta2 @ W2)"
_WAY_BACK, _UPDATE = "(delta2 @ (W2 - alpha * delta2.T @ A1 / n))", "        W1, b1 ="
_ALL_1, _ALL_2 = "W1, b1 = W1 - alpha * dW1, b1 - alpha * db1", "W2, b2 = W2 - alpha * dW2, b2 - alpha * db2"

_SLOPES = {  # name: what stands in place of a (1 - a), how it is called, and a question
    "slope_missing": ("1", "without a slope", "What does an error meet on its way back through a unit?"),
    "slope_of_a": ("bp.sigmoid.derivative(A)", "with the slope taken at a, not at z,", "Does your g' take z or a?"),
    "slope_of_slope": ("A * (1 - A) * (1 - A * (1 - A))", "with s (1 - s), where s is already the slope a (1 - a),",
                       "How often does an error pass through one g?"),
    "slope_squared": ("(A * (1 - A)) ** 2", "with the slope squared", "How often does an error pass through one g?"),
    "a_for_slope": ("A", "with a in place of the slope", "How is the slope of the sigmoid written with a?"),
    "one_minus_a_for_slope": ("(1 - A)", "with 1 - a in place of the slope",
                              "How is the slope of the sigmoid written with a?"),
    "z_in_slope": ("Z * (1 - Z)", "with z (1 - z) in place of the slope", "What is a in a (1 - a)?"),
    "tanh_slope": ("(1 - A**2)", "with 1 - a^2, the slope of tanh,", "How is the slope of the sigmoid written with a?"),
    "relu_slope": ("(A > 0.5)", "with the slope of ReLU, 1 or 0,", "Which activation do the units have?"),
}  # fmt: skip


def _slopes():
    """Each wrong slope at the output, in the hidden layer, and in both."""
    for name, (wrong, called, question) in _SLOPES.items():
        output = _S2, wrong.replace("A", "A2").replace("Z", "(A1 @ W2.T + b2)")
        hidden = _S1, wrong.replace("A", "A1").replace("Z", "(X @ W1.T + b1)")
        for where, place, edits in (
            ("_at_output", "at the output", (output,)),
            ("_in_hidden_layer", "in the hidden layer", (hidden,)),
            ("", "in both layers", (output, hidden)),
        ):
            yield name + where, f"These are the numbers of a program {called} {place}. {question}", *edits


MISTAKES = (
    *_slopes(),
    ("output_first", "Your numbers are what you get if W2 is updated before the error goes back through it. Which W2 "
        "made the output whose error this is?", (_BACK, _WAY_BACK)),
    ("output_first_without_slope", "Your numbers are what you get without a slope at the output, and with W2 updated "
        "before the error goes back through it. Which W2, and which slope, made the output whose error this is?",
        (_BACK, _WAY_BACK), ("* " + _S2, "")),
    ("error_goes_back", "These are the numbers of a program whose hidden deltas get A2 - Y, the plain error, in place "
        "of delta2. Which slope lies between the error of A2 and Z2?", (_BACK, "((A2 - Y) @ W2)")),
    ("mean_over_outputs", "These are the numbers for a loss that is a mean over the outputs, too. The loss of one "
        "example is a sum over its outputs: what is left to divide by?", (_S2, _S2 + " / Y.shape[1]")),
    ("hidden_uphill", "These are the numbers of a program whose hidden layer walks uphill, while the output layer "
        "walks downhill. What is the sign in the way back, or in the update?", (_BACK, "-(delta2 @ W2)")),
    ("factor_two", "The steps are twice as long as they should be. The error has a 1/2 in front: what is its "
        "derivative?", ("(A2 - Y)", "2 * (A2 - Y)")),
    ("half_kept", "The steps are half as long as they should be. What happens to the 1/2 in the error when the square "
        "is differentiated?", ("(A2 - Y)", "0.5 * (A2 - Y)")),
    ("error_squared", "These are the numbers with the squared error in delta2, where its derivative belongs. What is "
        "the derivative of 1/2 (a - y)^2 in a?", ("(A2 - Y)", "(A2 - Y) ** 2 / 2")),
    ("forward_without_biases", "These are the numbers of a program whose forward pass has no biases. What does z have "
        "besides the weighted inputs?", (" + b1", ""), (" + b2", "")),
    ("forward_without_second_bias", "These are the numbers of a program whose forward pass has no b2. What does z(2) "
        "have besides the weighted outputs of the hidden units?", (" + b2", "")),
    ("tanh", "These are the numbers of a network with tanh in both layers. Which activation does the task name?",
        (_G1, "np.tanh(X @ W1.T + b1)"), (_G2, "np.tanh(A1 @ W2.T + b2)"), (_S1, "(1 - A1**2)"), (_S2, "(1 - A2**2)")),
    ("linear_output", "These are the numbers of a network whose output is z(2). Which activation does the output layer "
        "have?", (_G2, "A1 @ W2.T + b2"), (_S2, "1")),
    ("last_path_only", "These are the numbers of a program in which only the last output sends its error back. How are "
        "the messages joined at a hidden unit?", (_BACK, "delta2[:, [-1]] * W2[-1]")),
    ("delta_in_its_own_slope", "These are the numbers with delta2 (1 - delta2) as one more factor. Of what is a slope "
        "taken, and how often?", (_S2, _S2 + "; delta2 = delta2 * delta2 * (1 - delta2)")),
    ("error_squared_without_half", "These are the numbers with (A2 - Y)^2 in delta2. What is the derivative of 1/2 (a "
        "- y)^2 in a?", ("(A2 - Y)", "(A2 - Y) ** 2")),
    ("signs_of_errors_lost", "These are the numbers with the size of each error, without its sign. What does the sign "
        "of a delta say?", ("(A2 - Y)", "abs(A2 - Y)")),
    ("mean_of_squares", "These are the numbers for a loss that is the mean of the squares over the outputs. Which loss "
        "does the first cell of this notebook name?", (_S2, _S2 + " * 2 / Y.shape[1]")),
    ("first_path_only", "These are the numbers of a program in which only the first output sends its error back. How "
        "are the messages joined at a hidden unit?", (_BACK, "delta2[:, [0]] * W2[0]")),
    ("not_averaged", "The steps are {n} times as long as they should be, for a batch of {n}. The cost is a mean: where "
        "does the 1/n go?", (" / n", "")),
    ("averaged_twice", "For a batch of {n}, the steps are only 1/{n} as long as they should be. How many means over "
        "the batch are there?", (" / n", " / n / n")),
    ("biases_not_averaged", "These are the numbers of a program that averages the gradients of W1 and W2, and not "
        "those of b1 and b2. Where does their 1/n go?", ("sum(axis=0) / n", "sum(axis=0)")),
    ("weights_not_averaged", "These are the numbers of a program that averages the gradients of b1 and b2, and not "
        "those of W1 and W2. Where does their 1/n go?", ("A1 / n", "A1"), ("X / n", "X")),
    ("first_layer_not_averaged", "These are the numbers of a program that averages the gradients of the output layer, "
        "and not those of the hidden layer. Where does their 1/n go?", ("X / n", "X"),
        ("delta1.sum(axis=0) / n", "delta1.sum(axis=0)")),
    ("output_layer_not_averaged", "These are the numbers of a program that averages the gradients of the hidden layer, "
        "and not those of the output layer. Where does their 1/n go?", ("A1 / n", "A1"),
        ("delta2.sum(axis=0) / n", "delta2.sum(axis=0)")),
    ("divided_by_inputs", "These are the numbers with the gradients divided by the number of inputs. Over what does "
        "the mean of the cost run?", ("len(X)", "X.shape[1]")),
    ("bias_to_one_number", "These are the numbers of a program that moves all biases of a layer by the same amount. "
        "Each unit has its own bias: which axis may be summed?", ("sum(axis=0)", "sum()")),
    ("bias_mean_of_all", "These are the numbers of a program that moves all biases of a layer by the mean of all its "
        "deltas. Each unit has its own bias: which axis may be averaged?", ("sum(axis=0) / n", "mean()")),
    ("means_multiplied", "These are the numbers with the mean delta times the mean of what came in. Is the mean of "
        "products the product of the means?", ("delta1.T @ X / n", "np.outer(delta1.mean(axis=0), X.mean(axis=0))"),
        ("delta2.T @ A1 / n", "np.outer(delta2.mean(axis=0), A1.mean(axis=0))")),
    ("gradient_times_weight", "These are the numbers with each weight gradient multiplied by its weight. By what does "
        "(BP3) multiply the delta?", ("alpha * dW1", "alpha * dW1 * W1"), ("alpha * dW2", "alpha * dW2 * W2")),
    ("weight_for_input", "These are the numbers with the deltas multiplied by the weights, not by what came in. By "
        "what does (BP3) multiply the delta?", ("delta1.T @ X", "delta1.sum(axis=0)[:, None] * W1"),
        ("delta2.T @ A1", "delta2.sum(axis=0)[:, None] * W2")),
    ("biases_frozen", "These are the numbers of a program that leaves b1 and b2 where they were. Which equation gives "
        "their gradients, and where is the update?", ("b1 - alpha * db1", "b1"), ("b2 - alpha * db2", "b2")),
    ("first_bias_frozen", "These are the numbers of a program that leaves b1 where it was. Which equation gives its "
        "gradient?", ("b1 - alpha * db1", "b1")),
    ("second_bias_frozen", "These are the numbers of a program that leaves b2 where it was. Which equation gives its "
        "gradient?", ("b2 - alpha * db2", "b2")),
    ("only_output_layer", "These are the numbers of a program in which W1 and b1 do not move at all. Which lines give "
        "their new values?", (_ALL_1, "pass")),
    ("only_hidden_layer", "These are the numbers of a program in which W2 and b2 do not move at all. Which lines give "
        "their new values?", (_ALL_2, "pass")),
    ("weights_frozen", "These are the numbers of a program in which only the biases move. Which lines give new values "
        "of W1 and W2?", ("W1 - alpha * dW1", "W1"), ("W2 - alpha * dW2", "W2")),
    ("uphill", "The parameters moved by the right amount in the wrong direction: the cost grows. What is the sign of "
        "the update?", ("- alpha", "+ alpha")),
    ("biases_uphill", "These are the numbers of a program whose biases walk uphill, while the weights walk downhill. "
        "What is the sign of their update?", ("- alpha * db", "+ alpha * db")),
    ("rate_missing", "These are the numbers with a learning rate of 1. Where does `alpha` come in?",
        ("alpha *", "1 *")),
    ("rate_twice", "These are the numbers with a learning rate of alpha squared. How often does `alpha` come in?",
        ("alpha *", "alpha * alpha *")),
    ("first_example_only", "These are the numbers for the first example alone. What do the other rows say?",
        ("len(X)", "1; X, Y = X[:1], Y[:1]")),
    ("last_example_only", "These are the numbers for the last example alone. What do the other rows say?",
        ("len(X)", "1; X, Y = X[-1:], Y[-1:]")),
    ("example_by_example", "You update after every single example. The task takes one step for the mean over the whole "
        "batch. When is a step?", (" / n", ""),
        ("for _ in range(steps)", "for X, Y in steps * [(X[[i]], Y[[i]]) for i in range(n)]")),
    ("in_place", "The numbers are right, but the caller's W1, b1, W2 and b2 were changed too: `-=` writes into the "
        "argument. How do you make a new array?", (_ALL_1, "W1 -= alpha * dW1; b1 -= alpha * db1"),
        (_ALL_2, "W2 -= alpha * dW2; b2 -= alpha * db2")),
    ("last_example_left_out", "These are the numbers of a batch without its last example. Which examples does the mean "
        "run over?", ("len(X)", "len(X) - 1 or 1; X, Y = X[:n], Y[:n]")),
    ("divided_by_units", "These are the numbers with each weight gradient divided by the number of units of its layer. "
        "Over what does the mean of the cost run?", ("X / n", "X / len(W1)"), ("A1 / n", "A1 / len(W2)")),
    ("forward_after_hidden_layer", "Your numbers are what you get if the hidden layer is updated first, and a second "
        "forward pass makes the rest. How many forward passes does one step need?",
        (_ALL_2, f"A1 = {_G1}; A2 = {_G2}; delta2 = (A2 - Y) * {_S2}; "
        "dW2, db2 = delta2.T @ A1 / n, delta2.sum(axis=0) / n; " + _ALL_2)),
    ("hidden_averaged_twice", "These are the numbers with the hidden layer averaged twice: delta2 was divided by n "
        "before it went back. How many means over the batch are there?", (_BACK, "(delta2 @ W2) / n")),
    ("last_example_forgotten", "These are the sums without the last example, divided by n all the same. Where does "
        "your loop end?", ("len(X)", "len(X); X, Y = X[:-1], Y[:-1]")),
    ("rate_missing_at_biases", "These are the numbers with the learning rate left out for b1 and b2. Which step do the "
        "biases take?", ("alpha * db", "db")),
    ("rate_missing_at_second_bias", "These are the numbers with the learning rate left out for b2 alone. Which step "
        "does it take?", ("alpha * db2", "db2")),
    ("signs_only", "These are the numbers of a program that moves each parameter by alpha, up or down. What else does "
        "a derivative say besides its sign?",
        (_UPDATE, "        dW1, db1, dW2, db2 = map(np.sign, (dW1, db1, dW2, db2))\n" + _UPDATE)),
    ("hidden_layer_first", "Your numbers are what you get if the hidden layer is updated first, and its new outputs "
        "make the gradient of W2. Which A1 made the output whose error this is?",
        (_ALL_2, f"dW2 = delta2.T @ ({_G1}) / n; {_ALL_2}")),
)  # fmt: skip
