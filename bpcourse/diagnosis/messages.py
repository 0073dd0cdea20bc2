"""Every sentence that a diagnosis says, whole, in one place."""

HEADS = {True: "Right", False: "Wrong", None: "Not known"}

# What is right, or not known
AGREES = "All {count} entries agree with the slope of the loss."
AGREES_SINGLE = (
    "All {count} entries agree with the slope of the loss, as far as float32 can show it: to about "
    "{digits} digits. In float64 you could see more: write `.astype(float)` where the numbers come in."
)
AGREES_IN_PART = (
    "The {count} entries that could be judged agree with the slope of the loss. Of {names} too few "
    "could: the loss has a kink there, or is rounded too much. Move the parameters a little at random, or take "
    "other inputs, and ask again."
)
LEFT_OUT = "Left out, since the loss has a kink there or is rounded too much: {count}."
FLAT = "No nudge of any entry changes the loss. Does it use the params that it is given?"

# What is wrong, of arrays; {what} is one of these
EVERYTHING, THE_GRADIENT = "Your gradient", "The gradient of {names}"
IS, ARE = "is", "are"
FACTS = {
    "sign": "{what} is the right one with the wrong sign. Where does a minus come in?",
    "not_averaged": "{what} is exactly {factor} times the right one, and {factor} is the number of examples. The "
    "loss is a mean: where does its 1/n go?",
    "averaged_twice": "{what} is exactly 1/{factor} of the right one, and {factor} is the number of examples. How "
    "many means over the batch are there?",
    "learning_rate": "{what} is exactly {factor} times the right one: that is the learning rate. A gradient knows "
    "none. Where does it belong?",
    "constant_factor": "{what} is exactly {factor} times the right one. Where could a constant factor come from: a "
    "power of 2, a mean, a number of examples or of outputs?",
    "odd_factor": "{what} is {factor} times the right one, in every entry. Where could a constant factor come from?",
    "zero": "{what} is zero everywhere. Is it ever computed?",
    "not_finite": "{what} has entries that are NaN or infinite. Which operation can divide by zero, or overflow?",
    "transposed": "{what} is the transpose of the right one. A gradient has the shape of what it belongs to: which "
    "factor of the product comes first?",
    "one_number_sum": "{what} is one number, the sum over the units. Each unit has its own bias: which axis may be "
    "summed?",
    "one_number_mean": "{what} is one number, the mean over the units. Each unit has its own bias: which axis may be "
    "joined?",
    "reshaped": "{what} has the right numbers in another shape. A gradient has the shape of what it belongs to: which "
    "is that?",
    "not_reduced_sum": "{what} has an axis more than the right one, and the sum over it would be right. What is shared "
    "by all examples?",
    "not_reduced_mean": "{what} has an axis more than the right one, and the mean over it would be right. What is shared "
    "by all examples?",
    "shape": "{what} has the shape {detail}. A gradient has the shape of what it belongs to: which is that?",
    "signs_lost": "{what} has the right sizes and no minus. What does the sign of a derivative say?",
    "signs_only": "{what} has the right signs, and the size 1. What else does a derivative say?",
    "exchanged": "{what} is the gradient of `{detail}`. Which belongs to which?",
    "permuted": "{what} has the right numbers in other places. What decides which number goes where?",
    "penalty": "{what} is the right one plus {detail:.4g} times the parameters: a penalty on the weights. Which has "
    "it, the loss or the gradient, and with which factor?",
    "penalty_missing": "{what} is the right one minus {detail:.4g} times the parameters, as if the loss had a penalty on "
    "the weights and the gradient had none. What is its derivative?",
    "new_values": "{what} is the parameters after a step, with a learning rate of {detail:.4g}. What is asked for is "
    "the derivative: which line gives that?",
    "clipped": "{what} is right, but cut off at {detail:.4g}. Clipping belongs to the update: where does it stand?",
    "norm_clipped": "Your gradient has the right direction, and its length is {detail:.4g}. Clipping belongs to the "
    "update: where does it stand?",
    "one_sided": "Your gradient is a difference, not a derivative: [C(θ + h) − C(θ)]/h with h = {detail:g}, to the last "
    "digit. What does a nudge to one side leave over?",
    "step_too_large": "Your gradient is a central difference with the step h = {detail:g}, which is too large here: the "
    "loss bends within it. What does a tenth of the step give?",
}
RIGHT_PARTS = "{names} {is_} right."
UNKNOWN_PARTS = "What {names} {has} in common with the right one is not known: the largest difference is {difference}."
BY_PRECISION = "Every entry is right to about {digits} digits, and then not. What small thing comes in, is left out, or is rounded?"

# Which layers, where nothing explains all of it
BELOW = (
    "{right} right, and all below is wrong. Look first at the message on its way from layer {above} to layer {layer}: "
    "what does (BP2) multiply by, there?"
)
ONLY_BIASES = "The weight gradients are right, and (BP4) needs no more than the deltas in them. What does it do with them for {names}?"
ONLY_WEIGHTS = (
    "The bias gradients, the means of the deltas, are right. With what does (BP3) multiply the deltas for {names}?"
)
AT_OUTPUT = "The output layer is wrong already. What is delta there: which error, and which slope (BP1)?"
ONE_LAYER = (
    "Only layer {layer} is wrong, and what lies below is right. What is done to the gradients of this layer alone?"
)

KNOWS_MORE = "(If `bp.Network` can be your network, `bp.diagnose(net, params, X, Y, grads)` knows the mistakes of a backward pass.)"

# What a backward pass did, of a network; {where} says in which layers
EXACTLY = "Your gradient is exactly that of a backward pass "
TOGETHER = "Your gradient is exactly that of a backward pass with {count} mistakes at once. "
PASSES = {
    "output_first": "in which weights are updated before the message goes back through them, with a learning rate of {detail}. Which weights made the output whose error this is?",
    "slope_missing": "without a slope {where}. What does an error meet on its way back through a unit?",
    "slope_of_a": "with g' taken of a, not of z, {where}. Does your g' take z or a?",
    "slope_squared": "with the slope squared {where}. How often does an error pass through one g?",
    "slope_of_slope": "with s (1 − s), where s is already the slope, {where}. How often does an error pass through one g?",
    "a_for_slope": "with a in place of the slope {where}. How is the slope written with a?",
    "one_minus_a_for_slope": "with 1 − a in place of the slope {where}. How is the slope written with a?",
    "z_in_slope": "with z where the formula of the slope has a, {where}. Which of the two does the formula take?",
    "z_for_slope": "with z in place of the slope {where}. What does the message meet in a unit?",
    "plus_in_slope": "with a (1 + a) in place of the slope {where}. How is the slope written with a?",
    "slope_of_sigmoid": "with the slope of a sigmoid {where}. Which activation do the units have there?",
    "slope_of_tanh": "with the slope of tanh {where}. Which activation do the units have there?",
    "slope_of_relu": "with the slope of ReLU, 1 or 0, {where}. Which activation do the units have there?",
    "slope_other_side": "with the slopes of the two sides of 0 exchanged {where}. On which side is it flat, or leaks?",
    "slope_averaged": "with the mean slope of the batch for every example {where}. At which z does each example stand?",
    "slope_of_layer_before": "with the slope taken at the layer before {where}. At which z do these units stand?",
    "slope_twice": "with one more slope at the output: p (1 − p). The loss takes logits, and a − y has that slope in it already. How often does an error pass through one g?",
    "plain_error": "with a − y in place of the derivative of the loss. Which loss is it?",
    "error_squared": "with the squared error where its derivative belongs. What is the derivative of the square?",
    "target_forgotten": "in which the target does not come in at the output. What is the output compared with?",
    "signs_of_errors_only": "with the sign of each error, not its size. Which loss is it?",
    "signs_of_errors_lost": "with the size of each error, without its sign. What does the sign of a delta say?",
    "logits_for_probabilities": "with the logits in place of the probabilities. What does the loss apply to the logits?",
    "other_probabilities": "with the other of softmax and sigmoid at the output. Which of them belongs to this loss?",
    "diagonal_softmax": "in which softmax is treated entry by entry. Which outputs move when one logit moves?",
    "softmax_forgotten": "with the derivative in the probabilities, −y/p, taken for that in the logits. What lies between the two?",
    "mean_squares": "with the derivative of a squared error in the probabilities. Which loss is it?",
    "transposed_weights": "with the weights transposed in (BP2) {where}. Which way does the message travel?",
    "error_goes_back": "in which the plain message goes back to {where_layer}, not the delta of the layer above. Which slope lies between?",
    "last_path_only": "in which only the last unit above sends its message back to {where_layer}. How are messages joined at a unit?",
    "first_path_only": "in which only the first unit above sends its message back to {where_layer}. What comes from the others?",
    "weights_ignored": "in which the messages come back to {where_layer} without their weights. Through what does each delta travel?",
    "signs_of_weights_lost": "with the sizes of the weights, without their signs, on the way back to {where_layer}. Which weights did the forward pass use?",
    "signs_of_deltas_lost": "with the sizes of the deltas, without their signs, on the way back to {where_layer}. What does the sign of a delta say?",
    "mean_delta_for_all": "in which every example gets the mean message of the batch in {where_layer}. Which delta belongs to which example?",
    "own_weights": "with the weights of the layer itself, not of the one above, on the way back to {where_layer}. Through which weights did its outputs go?",
    "shares_of_weights": "with each weight divided by the sum of its row on the way back to {where_layer}. By how much does z move when a moves?",
    "weights_transposed": "with the transpose of dC/dW {where}. What shape has W?",
    "weights_frozen": "that gives no gradient to the weights {where}. Which equation gives it?",
    "biases_frozen": "that gives no gradient to the biases {where}. Which equation gives it?",
    "layer_frozen": "that gives no gradient at all {where}. Which lines give it?",
    "own_activation": "with the layer's own activation in (BP3) {where}. Which activation does this W multiply in the forward pass?",
    "z_for_activation": "with z in place of the activation in (BP3) {where}. What does this W multiply in the forward pass?",
    "input_everywhere": "with the network's inputs in (BP3) {where}. What does this W multiply in the forward pass?",
    "means_multiplied": "with the mean delta times the mean of what came in, {where}. Is the mean of products the product of the means?",
    "first_example_only": "that uses the first example alone {where}. What do the other rows say?",
    "last_example_only": "that uses the last example alone {where}. What do the other rows say?",
    "weight_for_input": "with the deltas multiplied by the weights, not by what came in, {where}. By what does (BP3) multiply?",
    "gradient_times_weight": "with each gradient multiplied by its parameter {where}. By what does (BP3) multiply?",
    "activation_ignored": "in which what came into the weights does not count, {where}. By what does (BP3) multiply?",
    "input_squared": "with the square of what came in, {where}. By what does (BP3) multiply?",
    "bias_not_reduced": "with one bias gradient for each example {where}. How are the rows joined?",
    "bias_to_one_number": "with the bias gradients summed to one number {where}. Each unit has its own bias: which axis may be summed?",
    "bias_mean_of_all": "with one bias gradient, the mean over all units, {where}. Each unit has its own bias: which axis may be joined?",
    "bias_keeps_a_row": "with the right bias gradients as a matrix {where}. What shape has b?",
    "bias_over_units": "with the bias gradients joined over the units, not the examples, {where}. Which axis is the batch?",
    "bias_median": "with the median of the deltas for the biases {where}. Of what is the cost a mean?",
    "bias_times_activation": "in which a bias gets the sum of its unit's weight gradients {where}. A bias is a weight on a constant input: on which?",
    "sign": "with the wrong sign {where}. Where does a minus come in?",
    "factor": "with a factor of {detail} from {where_layer} down. Where could it come from?",
    "factor_here": "with a factor of {detail} on the gradients {where}. Where could it come from?",
    "factor_of_weights": "with a factor of {detail} on the weight gradients {where}. Is a mean missing, or taken twice?",
    "factor_of_biases": "with a factor of {detail} on the bias gradients {where}. Is a mean missing, or taken twice?",
}  # fmt: skip
VIEWS = {
    "first_example_only": "of the first example alone. What do the other rows say?",
    "last_example_only": "of the last example alone. What do the other rows say?",
    "last_example_left_out": "of a batch without its last example. Where does your loop end?",
    "first_example_left_out": "of a batch without its first example. Where does your loop begin?",
    "forward_without_biases": "whose forward pass has no biases. What does z have besides the weighted inputs?",
    "linear_output": "of a network with a linear output. Which activation does the output layer have?",
    "hidden_of": "of a network with {detail} in the hidden layers. Which activation do they have?",
    "output_of": "of a network with {detail} at the output. Which activation does the output layer have?",
    "other_loss": "of another loss, {detail}. Which loss is it that you check against?",
}
ALSO = "({names} would give the same numbers here. Other inputs, or another number of examples, would tell them apart.)"
EVERY_LAYER, AT_THE_OUTPUT, IN_HIDDEN, IN_HIDDENS = (
    "in every layer",
    "at the output",
    "in the hidden layer",
    "in the hidden layers",
)
IN_LAYER, IN_LAYERS, LAYER, LAYERS, OUTPUT_LAYER = (
    "in layer {l}",
    "in the layers {l}",
    "layer {l}",
    "the layers {l}",
    "the output layer",
)
TIMES_N, OVER_N = "{n}, the number of examples,", "1/{n}, where {n} is the number of examples,"


def listed(names):
    """`a`, `b` and `c`."""
    names = [f"`{name}`" for name in names]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def where(layers, L):
    """(in which layers, the layers): 'in the hidden layer', 'layer 1'."""
    layers = sorted(layers)
    text = ", ".join(map(str, layers))
    short = LAYER.format(l=text) if len(layers) == 1 else LAYERS.format(l=text)
    if layers == list(range(1, L + 1)) and L > 1:
        return EVERY_LAYER, short
    if layers == [L]:
        return AT_THE_OUTPUT, OUTPUT_LAYER
    if layers == list(range(1, L)):
        return (IN_HIDDEN if L == 2 else IN_HIDDENS), short
    return (IN_LAYER if len(layers) == 1 else IN_LAYERS).format(l=text), short


def factor(f):
    """2, −1, 1/3, 0.1234."""
    for k in range(1, 1000):
        for value, text in ((k, f"{k}"), (1 / k, f"1/{k}")):
            if abs(abs(f) - value) < 1e-9 * value:
                return "−" * (f < 0) + text
    return f"{f:.6g}".replace("-", "−")
