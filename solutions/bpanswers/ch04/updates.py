"""Chapter 04: the mistakes in the means and the update of one step of gradient descent, each an edit of the program."""

from .steps import B1, B2, DB1, DB2, DW1, DW2, W1, W2

UPDATE = (  # name, message, edits
    (
        "not_averaged",
        "The steps are {n} times too long, for a batch of {n}. The cost is a mean: where does the 1/n go?",
        (" / n", ""),
    ),
    (
        "averaged_twice",
        "The steps are {n} times too short, for a batch of {n}. How many means over the batch are there?",
        (" / n", " / n / n"),
    ),
    (
        "biases_not_averaged",
        "These are the numbers of a program that averages the gradients of W1 and W2, and not those of b1 and b2. "
        "Where does their 1/n go?",
        (DB1, "delta1.sum(axis=0)"), (DB2, "delta2.sum(axis=0)"),
    ),
    (
        "weights_not_averaged",
        "These are the numbers of a program that averages the gradients of b1 and b2, and not those of W1 and W2. "
        "Where does their 1/n go?",
        (DW1, "delta1.T @ X"), (DW2, "delta2.T @ A1"),
    ),
    (
        "first_layer_not_averaged",
        "These are the numbers of a program that averages the gradients of the output layer, and not those of the "
        "hidden layer. Where does their 1/n go?",
        (DW1, "delta1.T @ X"), (DB1, "delta1.sum(axis=0)"),
    ),
    (
        "output_layer_not_averaged",
        "These are the numbers of a program that averages the gradients of the hidden layer, and not those of the "
        "output layer. Where does their 1/n go?",
        (DW2, "delta2.T @ A1"), (DB2, "delta2.sum(axis=0)"),
    ),
    (
        "bias_to_one_number",
        "These are the numbers of a program that moves all biases of a layer by the same amount. "
        "Each unit has its own bias: which axis may be summed?",
        (DB1, "delta1.sum() / n"), (DB2, "delta2.sum() / n"),
    ),
    (
        "bias_mean_of_all",
        "These are the numbers of a program that moves all biases of a layer by the mean of all its deltas. "
        "Each unit has its own bias: which axis may be averaged?",
        (DB1, "delta1.mean()"), (DB2, "delta2.mean()"),
    ),
    (
        "means_multiplied",
        "These are the numbers with the mean delta times the mean of what came in. "
        "Is the mean of products the product of the means?",
        (DW1, "np.outer(delta1.mean(axis=0), X.mean(axis=0))"),
        (DW2, "np.outer(delta2.mean(axis=0), A1.mean(axis=0))"),
    ),
    (
        "gradient_times_weight",
        "These are the numbers with each weight gradient multiplied by its weight. "
        "By what does (BP3) multiply the delta?",
        (W1, "W1 - alpha * dW1 * W1"), (W2, "W2 - alpha * dW2 * W2"),
    ),
    (
        "weight_for_input",
        "These are the numbers with the deltas multiplied by the weights, not by what came in. "
        "By what does (BP3) multiply the delta?",
        (DW1, "delta1.sum(axis=0)[:, None] * W1 / n"), (DW2, "delta2.sum(axis=0)[:, None] * W2 / n"),
    ),
    (
        "biases_frozen",
        "These are the numbers of a program that leaves b1 and b2 where they were. "
        "Which equation gives their gradients, and where is the update?",
        (B1, "b1"), (B2, "b2"),
    ),
    (
        "first_bias_frozen",
        "These are the numbers of a program that leaves b1 where it was. Which equation gives its gradient?",
        (B1, "b1"),
    ),
    (
        "second_bias_frozen",
        "These are the numbers of a program that leaves b2 where it was. Which equation gives its gradient?",
        (B2, "b2"),
    ),
    (
        "only_output_layer",
        "These are the numbers of a program in which W1 and b1 do not move at all. Which lines give their new values?",
        (W1, "W1"), (B1, "b1"),
    ),
    (
        "only_hidden_layer",
        "These are the numbers of a program in which W2 and b2 do not move at all. Which lines give their new values?",
        (W2, "W2"), (B2, "b2"),
    ),
    (
        "weights_frozen",
        "These are the numbers of a program in which only the biases move. Which lines give new values of W1 and W2?",
        (W1, "W1"), (W2, "W2"),
    ),
    (
        "uphill",
        "The parameters moved by the right amount in the wrong direction: the cost grows. "
        "What is the sign of the update?",
        ("- alpha", "+ alpha"),
    ),
    (
        "biases_uphill",
        "These are the numbers of a program whose biases walk uphill, while the weights walk downhill. "
        "What is the sign of their update?",
        (B1, "b1 + alpha * db1"), (B2, "b2 + alpha * db2"),
    ),
    (
        "rate_missing",
        "These are the numbers with a learning rate of 1. Where does `alpha` come in?",
        ("alpha *", "1 *"),
    ),
    (
        "rate_twice",
        "These are the numbers with a learning rate of alpha squared. How often does `alpha` come in?",
        ("alpha *", "alpha * alpha *"),
    ),
    (
        "first_example_only",
        "These are the numbers for the first example alone. What do the other rows say?",
        ("    n = len(X)", "    n, X, Y = 1, X[:1], Y[:1]"),
    ),
    (
        "last_example_only",
        "These are the numbers for the last example alone. What do the other rows say?",
        ("    n = len(X)", "    n, X, Y = 1, X[-1:], Y[-1:]"),
    ),
    (
        "example_by_example",
        "You update after every single example. The task takes one step for the mean over the whole batch. "
        "When is a step?",
        ("    n = len(X)", "    if len(X) > 1: W1, b1, W2, b2 = step(W1, b1, W2, b2, X[:-1], Y[:-1], alpha)\n"
         "    n, X, Y = 1, X[-1:], Y[-1:]"),
    ),
    (
        "in_place",
        "The numbers are right, but the caller's W1, b1, W2 and b2 were changed too: `-=` writes into the argument. "
        "How do you make a new array?",
        ("    return", "    W1 -= alpha * dW1; b1 -= alpha * db1; W2 -= alpha * dW2; b2 -= alpha * db2\n"
         "    return W1, b1, W2, b2\n    return"),
    ),
    (
        "last_example_left_out",
        "These are the numbers of a batch without its last example. Which examples does the mean run over?",
        ("    n = len(X)", "    n, X, Y = (len(X) - 1 or 1), X[: len(X) - 1 or 1], Y[: len(X) - 1 or 1]"),
    ),
    (
        "divided_by_units",
        "These are the numbers with each weight gradient divided by the number of units of its layer. "
        "Over what does the mean of the cost run?",
        (DW1, "delta1.T @ X / len(W1)"), (DW2, "delta2.T @ A1 / len(W2)"),
    ),
    (
        "forward_after_hidden_layer",
        "Your numbers are what you get if the hidden layer is updated first, and a second forward pass makes the rest. "
        "How many forward passes does one step need?",
        ("    return", "    A1 = sigmoid(X @ (W1 - alpha * dW1).T + b1 - alpha * db1); A2 = sigmoid(A1 @ W2.T + b2)\n"
         "    delta2 = (A2 - Y) * A2 * (1 - A2); dW2, db2 = delta2.T @ A1 / n, delta2.sum(axis=0) / n\n    return"),
    ),
    (
        "hidden_averaged_twice",
        "These are the numbers with the hidden layer averaged twice: delta2 was divided by n before it went back. "
        "How many means over the batch are there?",
        (DW1, "delta1.T @ X / n / n"), (DB1, "delta1.sum(axis=0) / n / n"),
    ),
    (
        "last_example_forgotten",
        "These are the sums without the last example, divided by n all the same. Where does your loop end?",
        ("    n = len(X)", "    n, X, Y = len(X), X[:-1], Y[:-1]"),
    ),
    (
        "rate_missing_at_biases",
        "These are the numbers with the learning rate left out for b1 and b2. Which step do the biases take?",
        (B1, "b1 - db1"), (B2, "b2 - db2"),
    ),
    (
        "rate_missing_at_second_bias",
        "These are the numbers with the learning rate left out for b2 alone. Which step does it take?",
        (B2, "b2 - db2"),
    ),
    (
        "signs_only",
        "These are the numbers of a program that moves each parameter by alpha, up or down. "
        "What else does a derivative say besides its sign?",
        ("alpha * d", "alpha * np.sign(d"), ("np.sign(dW1", "np.sign(dW1)"), ("np.sign(db1", "np.sign(db1)"),
        ("np.sign(dW2", "np.sign(dW2)"), ("np.sign(db2", "np.sign(db2)"),
    ),
    (
        "hidden_layer_first",
        "Your numbers are what you get if the hidden layer is updated first, and its new outputs make the "
        "gradient of W2. "
        "Which A1 made the output whose error this is?",
        ("    return", "    A1 = sigmoid(X @ (W1 - alpha * dW1).T + b1 - alpha * db1)\n"
         "    dW2 = delta2.T @ A1 / n\n    return"),
    ),
)  # fmt: skip

ALONE = (  # of one step: each may concern some of the four only; in place of those above that have the same name
    ("part_frozen", "{parts}: still the old values. Which line gives the new ones?",
     (W1, "W1"), (B1, "b1"), (W2, "W2"), (B2, "b2")),
    ("not_averaged", "{parts}: the step is {n} times too long, for a batch of {n}. Where does the 1/n of the mean go?",
     (" / n", "")),
    ("averaged_twice", "{parts}: the step is {n} times too short, for a batch of {n}. How many means are there?",
     (" / n", " / n / n")),
    ("rate_missing", "{parts}: the step has the length of a learning rate of 1. Where does `alpha` come in?",
     ("alpha *", "1 *")),
    ("uphill", "{parts}: the step has the right length, and goes uphill. What is the sign of the update?",
     ("- alpha", "+ alpha")),
    ("factor_two", "{parts}: the step is twice too long. Where could a factor of 2 come from?",
     ("alpha *", "2 * alpha *")),
    ("half_kept", "{parts}: the step is half as long as it should be. Where could a factor of 1/2 come from?",
     ("alpha *", "alpha / 2 *")),
    ("part_without_old", "{parts}: the step itself, without the value it starts from. What is the step taken from?",
     ("return W1 - ", "return -"), (", b1 - ", ", -"), (", W2 - ", ", -"), (", b2 - ", ", -")),
)  # fmt: skip
