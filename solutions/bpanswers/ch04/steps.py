"""Chapter 04: one step of gradient descent, and the mistakes in what it sends back, each an edit of the program."""

STEP = """
def step(W1, b1, W2, b2, X, Y, alpha):
    n = len(X)
    A1 = sigmoid(X @ W1.T + b1)
    A2 = sigmoid(A1 @ W2.T + b2)
    slope2 = A2 * (1 - A2)
    slope1 = A1 * (1 - A1)
    delta2 = (A2 - Y) * slope2
    delta1 = (delta2 @ W2) * slope1
    dW2, db2 = delta2.T @ A1 / n, delta2.sum(axis=0) / n
    dW1, db1 = delta1.T @ X / n, delta1.sum(axis=0) / n
    return W1 - alpha * dW1, b1 - alpha * db1, W2 - alpha * dW2, b2 - alpha * db2
"""
S1, S2, D1 = "slope1 = A1 * (1 - A1)", "slope2 = A2 * (1 - A2)", "delta1 = (delta2 @ W2) * slope1"
W1, B1, W2, B2 = "W1 - alpha * dW1", "b1 - alpha * db1", "W2 - alpha * dW2", "b2 - alpha * db2"
DW1, DB1, DW2, DB2 = "delta1.T @ X / n", "delta1.sum(axis=0) / n", "delta2.T @ A1 / n", "delta2.sum(axis=0) / n"
DELTA2 = "delta2 = (A2 - Y) * slope2"

_SLOPES = {  # name: what stands in place of a (1 - a), how it is called, and a question
    "slope_missing": ("1 + 0 * A", "without a slope", "What does an error meet on its way back through a unit?"),
    "slope_of_a": ("sigmoid.derivative(A)", "with the slope taken at a, not at z", "Does your g' take z or a?"),
    "slope_of_slope": (
        "A * (1 - A) * (1 - A * (1 - A))",
        "with s (1 - s), where s is already the slope a (1 - a),",
        "How often does an error pass through one g?",
    ),
    "slope_squared": ("(A * (1 - A)) ** 2", "with the slope squared", "How often does an error pass through one g?"),
    "a_for_slope": ("A", "with a in place of the slope", "How is the slope of the sigmoid written with a?"),
    "one_minus_a_for_slope": (
        "1 - A",
        "with 1 - a in place of the slope",
        "How is the slope of the sigmoid written with a?",
    ),
    "tanh_slope": ("1 - A**2", "with 1 - a^2, the slope of tanh,", "How is the slope of the sigmoid written with a?"),
    "relu_slope": ("1.0 * (A > 0.5)", "with the slope of ReLU, 1 or 0,", "Which activation do the units have?"),
}


def _slopes():
    """Each wrong slope at the output, in the hidden layer, and in both."""
    for name, (wrong, called, question) in _SLOPES.items():
        output, hidden = (S2, "slope2 = " + wrong.replace("A", "A2")), (S1, "slope1 = " + wrong.replace("A", "A1"))
        for where, place, edits in (
            ("_at_output", "at the output", (output,)),
            ("_in_hidden_layer", "in the hidden layer", (hidden,)),
            ("", "in both layers", (output, hidden)),
        ):
            yield name + where, f"These are the numbers of a program {called} {place}. {question}", *edits


BACKWARD = (  # name, message, edits
    *_slopes(),
    (
        "output_first",
        "Your numbers are what you get if W2 is updated before the error goes back through it. "
        "Which W2 made the output whose error this is?",
        (D1, "delta1 = (delta2 @ (W2 - alpha * delta2.T @ A1 / n)) * slope1"),
    ),
    (
        "error_goes_back",
        "These are the numbers of a program whose hidden deltas get A2 - Y, the plain error, in place of delta2. "
        "Which slope lies between the error of A2 and Z2?",
        (D1, "delta1 = ((A2 - Y) @ W2) * slope1"),
    ),
    (
        "mean_over_outputs",
        "These are the numbers for a loss that is a mean over the outputs, too. The loss of one example is a sum over "
        "its outputs: what is left to divide by?",
        (DELTA2, "delta2 = (A2 - Y) * slope2 / Y.shape[1]"),
    ),
    (
        "hidden_uphill",
        "These are the numbers of a program whose hidden layer walks uphill, while the output layer walks downhill. "
        "What is the sign in the way back, or in the update?",
        (D1, "delta1 = -(delta2 @ W2) * slope1"),
    ),
    (
        "factor_two",
        "The steps are twice too long. The error has a 1/2 in front: what is its derivative?",
        (DELTA2, "delta2 = 2 * (A2 - Y) * slope2"),
    ),
    (
        "half_kept",
        "The steps are half as long as they should be. "
        "What happens to the 1/2 in the error when the square is differentiated?",
        (DELTA2, "delta2 = (A2 - Y) * slope2 / 2"),
    ),
    (
        "error_squared",
        "These are the numbers with the squared error in delta2, where its derivative belongs. "
        "What is the derivative of 1/2 (a - y)^2 in a?",
        (DELTA2, "delta2 = (A2 - Y) ** 2 / 2 * slope2"),
    ),
    (
        "forward_without_biases",
        "These are the numbers of a program whose forward pass has no biases. What does z have besides the weighted "
        "inputs?",
        (" + b1", ""), (" + b2", ""),
    ),
    (
        "forward_without_second_bias",
        "These are the numbers of a program whose forward pass has no b2. What does z(2) have besides the weighted "
        "outputs of the hidden units?",
        (" + b2", ""),
    ),
    (
        "tanh",
        "These are the numbers of a network with tanh in both layers. Which activation does the task name?",
        ("sigmoid(", "np.tanh("), (S1, "slope1 = 1 - A1**2"), (S2, "slope2 = 1 - A2**2"),
    ),
    (
        "linear_output",
        "These are the numbers of a network whose output is z(2). Which activation does the output layer have?",
        ("A2 = sigmoid(A1 @ W2.T + b2)", "A2 = A1 @ W2.T + b2"), (S2, "slope2 = 1"),
    ),
    (
        "last_path_only",
        "These are the numbers of a program in which only the last output sends its error back. "
        "How are the messages joined at a hidden unit?",
        (D1, "delta1 = delta2[:, [-1]] * W2[-1] * slope1"),
    ),
    (
        "delta_in_its_own_slope",
        "These are the numbers with delta2 (1 - delta2) as one more factor. Of what is a slope taken, and how often?",
        (DELTA2, "delta2 = (A2 - Y) * slope2; delta2 = delta2 * delta2 * (1 - delta2)"),
    ),
    (
        "error_squared_without_half",
        "These are the numbers with (A2 - Y)^2 in delta2. What is the derivative of 1/2 (a - y)^2 in a?",
        (DELTA2, "delta2 = (A2 - Y) ** 2 * slope2"),
    ),
    (
        "signs_of_errors_lost",
        "These are the numbers with the size of each error, without its sign. What does the sign of a delta say?",
        (DELTA2, "delta2 = np.abs(A2 - Y) * slope2"),
    ),
    (
        "mean_of_squares",
        "These are the numbers for a loss that is the mean of the squares over the outputs. "
        "Which loss does the first cell of this notebook name?",
        (DELTA2, "delta2 = 2 * (A2 - Y) * slope2 / Y.shape[1]"),
    ),
    (
        "first_path_only",
        "These are the numbers of a program in which only the first output sends its error back. "
        "How are the messages joined at a hidden unit?",
        (D1, "delta1 = delta2[:, [0]] * W2[0] * slope1"),
    ),
)  # fmt: skip
