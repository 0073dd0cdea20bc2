"""What is said of the faults: their names in the list, the reasons, and the words of a verdict."""

# key: (its name in the list, why it does what it does and how it is mended). In the order of the list.
FAULTS = {
    "healthy": (
        "nothing: the program is right",
        "No instrument shows anything that a right program would not show. To say so is a diagnosis, too.",
    ),
    "labels_shuffled": (
        "data: labels shuffled against the rows",
        "Nothing in the inputs tells the class any more, so no network can do better than chance on new data, and all "
        "that it computes is right. Shuffle rows and labels with one and the same order.",
    ),
    "labels_one_off": (
        "data: labels of training one off",
        "In training class k is called k + 1, in the test it is not: what is learned well is wrong there, and the surer, "
        "the more it costs. Print a few examples with their labels, from both parts.",
    ),
    "not_scaled": (
        "data: inputs not scaled",
        "With inputs so large z is far from 0 wherever the weights point: units saturate, or the numbers get huge. "
        "Subtract the mean and divide by the deviation, both of the training part.",
    ),
    "column_constant": (
        "data: an input that never changes",
        "A column that is the same for every example says nothing of its class: what it once told is lost. Look at the "
        "spread of each column as it goes into the network.",
    ),
    "test_not_scaled": (
        "data: test inputs scaled in another way",
        "The network has never seen numbers like those of the test. The test part is scaled with the mean and the "
        "deviation of the training part.",
    ),
    "start_zero": (
        "start: all weights 0",
        "Each unit of a layer computes the same, and nothing goes back through weights of 0. Draw the weights at random.",
    ),
    "start_large": (
        "start: weights far too large",
        "The inputs are scaled, and still most units of layer 1 are saturated: nearly all slopes are 0, and hardly "
        "anything goes back. Divide the deviation of the weights by the root of the layer's inputs.",
    ),
    "start_small": (
        "start: weights far too small",
        "Each layer makes the signal smaller, forward and backward, so that the hidden layers get almost no gradient. "
        "The deviation of the weights belongs to the width of the layer.",
    ),
    "units_dead": (
        "start: biases so low that ReLUs are dead",
        "Where z is below 0 for every example, a ReLU gives 0 and has the slope 0: it gets no gradient and stays as it "
        "is. Biases start at 0.",
    ),
    "softmax_twice": (
        "forward: softmax taken twice",
        "The loss takes logits and has its own softmax. Given probabilities from 0 to 1 it is never sure, so it has a "
        "floor, and the gradient is small. The gradient is right: of the wrong loss.",
    ),
    "activation_missing": (
        "forward: the activation is missing",
        "Without it the layers are one linear map: enough for data that a line divides, and for no other. The gradient is "
        "right: of another network than the one that was meant.",
    ),
    "sign": (
        "backward: a wrong sign",
        "The gradient points uphill because delta of the output is y − a where it should be a − y.",
    ),
    "slope_missing": (
        "backward: slope g′ missing in the hidden layers",
        "(BP2) lost its factor g′(z): with ReLU even units that are off get a gradient. Layer 3 is right, since its delta "
        "needs no slope.",
    ),
    "slope_of_a": (
        "backward: slope taken of a where z belongs",
        "g′(a) is nearly the same for all units, since a lies between 0 and 1, where g′(z) is not: the gradient has about "
        "the right length and the wrong direction. Most data are learned nevertheless.",
    ),
    "transposed": (
        "backward: W2 transposed on the way back",
        "W2 is square, so its transpose fits and no error is raised. What goes back to layer 1 goes through W2, and only "
        "layer 1 is below it. Try the program with layers of different widths.",
    ),
    "updated_first": (
        "backward: W3 updated before delta goes through it",
        "Layer 2 got its delta through the new W3, which differs by one step: the error is about as large as the step is. "
        "First all gradients, then all updates.",
    ),
    "biases_forgotten": (
        "backward: biases never get a gradient",
        "The biases stay where they started. Often enough the weights make up for that, and then no curve shows it: only "
        "the check does.",
    ),
    "bias_one_number": (
        "backward: bias gradients summed to one number",
        "The deltas are summed over the units, too: sum() where sum(axis=0) belongs. One number is then added to every bias of "
        "a layer. In layer 3 that number is 0, since softmax minus y sums to 0.",
    ),
    "sum_for_mean": (
        "backward: summed over the batch, not averaged",
        "The cost is a mean over the batch, its gradient is one, too. With momentum the steps are that much longer; Adam "
        "divides by the gradient's own size and hides it.",
    ),
    "penalty_in_loss_only": (
        "backward: L2 in the loss, not in the gradient",
        "The penalty depends on the weights alone, so its gradient is missing there and the biases are right. It is "
        "learned nevertheless, without any decay.",
    ),
    "rate_large": (
        "rule: learning rate far too large",
        "A step that is about as long as the weights themselves forgets what they were. The gradient is right, the step "
        "is not: try a tenth of the learning rate, and again.",
    ),
    "rate_small": (
        "rule: learning rate far too small",
        "Everything is right and nothing moves. A ratio of about 0.001 is usual; multiply the learning rate by what is "
        "missing to it.",
    ),
    "gradient_added": (
        "rule: the step goes uphill",
        "The gradient is right and is added where it must be subtracted.",
    ),
    "adam_uncorrected": (
        "rule: Adam without bias correction",
        "Both moments start at 0, the second one grows more slowly: without the correction m / √v is 0.1 / √0.001 at "
        "first, which is 3.16, and the first hundred steps are too long.",
    ),
    "first_layer_frozen": (
        "rule: layer 1 is never updated",
        "Layer 1 has a gradient, and nobody uses it: the layers above learn from features that stay random, which can go "
        "well. Did the list of parameters begin at layer 2?",
    ),
    "not_zeroed": (
        "loop: gradients not set back to zero",
        "Each batch adds its gradient to those of all batches before. A check of the first batch cannot see it. Set the "
        "gradients to zero at the beginning of a step.",
    ),
    "same_batch": (
        "loop: the same batch at every step",
        "All that is learned comes from these few rows. The program draws the batch before the loop, or starts the "
        "generator anew in every step.",
    ),
    "not_shuffled": (
        "loop: data sorted by class, never shuffled",
        "Each batch pulls towards one class, the next one towards another. Shuffle the rows in every epoch.",
    ),
    "dropout_at_test": (
        "loop: dropout left on at the test",
        "A network that drops units at random gives another answer each time it is asked. Dropout belongs to training "
        "alone.",
    ),
}

RIGHT = "Yes: {name}. {seen}. {why}"
GIVEN_UP = "It is this: {name}. {seen}. {why}"
NO = "No. "
WRONG = {
    "plain": "With “{name}” {would}. Here {seen}.",
    "fits": "It could explain that {fits}. But with “{name}” {would}. Here {seen}.",
    "healthy": "In a right program {would}. Here {seen}.",
}
CANNOT = {  # fault: (field of a case, its values with which the fault can be there, what is said elsewhere)
    "units_dead": ("activation", ("relu",), "This network has no ReLU, and no unit of it is quite dead."),
    "slope_of_a": ("activation", ("tanh", "sigmoid"), "With ReLU g′(a) and g′(z) are the same: it would do no harm."),
    "penalty_in_loss_only": ("extra", ("L2",), "This program has no L2."),
    "adam_uncorrected": ("rule", ("adam",), "The rule of this program is not Adam."),
    "dropout_at_test": ("extra", ("dropout",), "This program has no dropout."),
}
UNDECIDED = "No. It is something else, though no instrument speaks against it."


def name(fault):
    """Its name without the place where it sits."""
    return FAULTS[fault][0].partition(": ")[2]
