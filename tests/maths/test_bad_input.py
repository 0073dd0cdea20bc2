"""Bad input: every error names the argument, what came and what was expected."""

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.optimizers import State

NET = bp.Network((3, 4, 2), bp.tanh, bp.sigmoid, bp.mse)
CLASSES = bp.Network((3, 4, 2), bp.tanh, bp.identity, bp.cross_entropy)
BINARY = bp.Network((3, 4, 2), bp.tanh, bp.identity, bp.binary_cross_entropy)
X, Y = np.ones((5, 3)), np.ones((5, 2))
SGD = bp.sgd(0.1)


def backward(net, Y):
    return net.backward(net.init(), net.forward(net.init(), X), Y)


REFUSED = {
    "sizes too short": (lambda: bp.Network((3,), bp.tanh, bp.tanh, bp.mse), ValueError, r"sizes is \(3,\).*at least two"),
    "sizes zero": (lambda: bp.Network((3, 0), bp.tanh, bp.tanh, bp.mse), ValueError, r"\(3, 0\).*above 0"),
    "sizes float": (lambda: bp.Network((3, 2.0), bp.tanh, bp.tanh, bp.mse), ValueError, "whole numbers"),
    "hidden a string": (lambda: bp.Network((3, 2), "tanh", bp.tanh, bp.mse), TypeError, "hidden is 'tanh'.*bp.sigmoid"),
    "output a function": (lambda: bp.Network((3, 2), bp.tanh, np.tanh, bp.mse), TypeError, "output is .*expected an activation"),
    "loss a string": (lambda: bp.Network((3, 2), bp.tanh, bp.tanh, "mse"), TypeError, "loss is 'mse'.*half_squared"),
    "X one example": (lambda: NET.forward(NET.init(), np.ones(3)), ValueError, r"X has shape \(3,\); expected \(n, 3\)"),
    "X wide": (lambda: NET.forward(NET.init(), np.ones((5, 4))), ValueError, r"\(5, 4\); expected \(n, 3\)"),
    "X empty": (lambda: NET.forward(NET.init(), np.ones((0, 3))), ValueError, "n at least 1"),
    "X integers": (lambda: NET.forward(NET.init(), np.ones((5, 3), int)), TypeError, r"dtype int64.*X.astype\(float\)"),
    "X list": (lambda: NET.forward(NET.init(), [[1.0, 2.0, 3.0]]), TypeError, "X is list; expected a NumPy array"),
    "X NaN": (lambda: NET.forward(NET.init(), np.full((5, 3), np.nan)), ValueError, "X has NaN or infinite"),
    "Y shape": (lambda: NET.backward(NET.init(), NET.forward(NET.init(), X), X), ValueError, r"Y has shape \(5, 3\); expected \(n, 2\)"),
    "Y rows": (lambda: NET.backward(NET.init(), NET.forward(NET.init(), X), Y[:4]), ValueError, "Y has 4 rows; expected 5"),
    "Y inf": (lambda: NET.backward(NET.init(), NET.forward(NET.init(), X), Y * np.inf), ValueError, "Y has NaN or infinite"),
    "params an array": (lambda: NET.forward(np.ones(26), X), TypeError, "params is ndarray; expected Parameters"),
    "params foreign": (lambda: NET.forward(bp.worked.params(), X), ValueError, r"network \(2, 2, 2\); expected \(3, 4, 2\)"),
    "vector short": (lambda: NET.parameters(np.ones(25)), ValueError, r"shape \(25,\).*expected \(26,\)"),
    "pack layers": (lambda: NET.pack({1: np.ones((4, 3))}, {1: np.ones(4), 2: np.ones(2)}), ValueError, r"W has the layers \[1\]; expected \[1, 2\]"),
    "pack shape": (lambda: NET.pack({1: np.ones((3, 4)), 2: np.ones((2, 4))}, {1: np.ones(4), 2: np.ones(2)}), ValueError, r"W\[1\] has shape \(3, 4\); expected \(4, 3\)"),
    "pack None": (lambda: NET.pack({1: np.ones((4, 3)), 2: np.ones((2, 4))}, None), TypeError, r"b is NoneType; expected a dictionary \{1: ..., 2: ...\}, an array a layer"),
    "pack lists": (lambda: NET.pack([np.ones((4, 3)), np.ones((2, 4))], [np.ones(4), np.ones(2)]), TypeError, r"W is list; expected a dictionary \{1: ..., 2: ...\}"),
    "pack one bias a layer": (lambda: NET.pack({1: np.ones((4, 3)), 2: np.ones((2, 4))}, {1: 0.5, 2: 0.0}), ValueError, r"b\[1\] is one number; expected 4, one for each unit.*np.full\(4, 0.5\)"),
    "check of an array": (lambda: bp.gradient_check(NET, NET.init().vector, X, Y), TypeError, r"params is ndarray; expected Parameters.*net.parameters\(vector\) of a vector"),
    "check of a dictionary": (lambda: bp.gradient_check(NET, NET.init(), X, Y, {"W1": np.zeros((4, 3))}), TypeError, r"grads is dict; expected Parameters: net.pack\(W, b\)"),
    "check of a list": (lambda: bp.gradient_check(NET, NET.init(), X, Y, [np.zeros((4, 3))]), TypeError, "grads is list; expected Parameters"),
    "check of a tuple": (lambda: bp.gradient_check(NET, NET.init(), X, Y, (NET.init().W, NET.init().b)), TypeError, "grads is tuple; expected Parameters"),
    "mistake too wide": (lambda: bp.mistakes.gradient("W2 transposed in the recursion", NET, NET.init(), NET.forward(NET.init(), X), Y, 1.0), ValueError, r"network \(3, 4, 2\) the arrays of this mistake do not fit.*expected layers of equal width"),
    "hidden too few": (lambda: bp.Network((3, 4, 5, 2), [bp.tanh], bp.tanh, bp.mse), ValueError, "hidden has 1 activations; expected one, or one for each of 2"),
    "hidden a factory": (lambda: bp.Network((3, 4, 2), bp.leaky_relu, bp.tanh, bp.mse), TypeError, r"hidden is <function leaky_relu.*bp.leaky_relu\(0.01\)"),
    "output softmax": (lambda: bp.Network((3, 2), bp.tanh, bp.softmax, bp.mse), TypeError, "output is softmax.*no elementwise.*loss=bp.cross_entropy"),
    "sigmoid under logits": (lambda: bp.Network((3, 2), bp.tanh, bp.sigmoid, bp.binary_cross_entropy), ValueError, "output is sigmoid, but binary_cross_entropy takes logits.*write output=bp.identity"),
    "init name": (lambda: NET.init(weights="glorot"), ValueError, "weights is 'glorot'; expected one of 'zeros', 'small', 'xavier', 'he'"),
    "accuracy of numbers": (lambda: NET.accuracy(NET.init(), X, Y), ValueError, "loss is mse; expected cross_entropy or binary"),
    "predict shape": (lambda: NET.predict(NET.init(), Y), ValueError, r"X has shape \(5, 2\); expected \(n, 3\)"),
    "trace an array": (lambda: NET.backward(NET.init(), X, Y), TypeError, "trace is ndarray; expected the Trace that this network's forward"),
    "trace foreign": (lambda: NET.backward(NET.init(), bp.worked.network().forward(bp.worked.params(), bp.worked.X), Y), TypeError, "trace is <Trace of 1 example.*through 2 layer.*expected the Trace"),
    "label too large": (lambda: backward(CLASSES, np.array([0, 1, 2, 0, 1])), ValueError, "labels run from 0 to 2; expected 0 to 1"),
    "label negative": (lambda: backward(CLASSES, np.array([0, 1, -1, 0, 1])), ValueError, "labels run from -1 to 1; expected 0 to 1"),
    "labels float": (lambda: backward(CLASSES, np.array([0.0, 1, 1, 0, 1])), ValueError, r"Y has shape \(5,\); expected \(n, 2\)"),
    "labels for mse": (lambda: backward(NET, np.array([0, 1, 1, 0, 1])), TypeError, "Y has dtype int64"),
    "labels too few": (lambda: backward(CLASSES, np.array([0, 1])), ValueError, "Y has 2 rows; expected 5"),
    "rows not one": (lambda: backward(CLASSES, Y), ValueError, "rows that do not sum to 1; expected labels"),
    "target 2": (lambda: backward(BINARY, 2 * Y), ValueError, "Y has entries from 2 to 2; expected probabilities from 0 to 1"),
    "huber delta": (lambda: bp.huber(-1), ValueError, "delta is -1; expected a number above 0"),
    "huber True": (lambda: bp.huber(True), ValueError, "delta is True"),
    "one_hot floats": (lambda: bp.one_hot([0.5], 2), ValueError, r"shape \(1,\) and dtype float64; expected \(n,\) whole"),
    "rate zero": (lambda: bp.sgd(0), ValueError, "learning_rate is 0; expected a number above 0"),
    "rate text": (lambda: bp.adam("0.1"), ValueError, "learning_rate is '0.1'"),
    "rate NaN": (lambda: bp.momentum(np.nan), ValueError, "learning_rate is nan"),
    "momentum 1": (lambda: bp.momentum(0.1, 1.0), ValueError, "momentum is 1.0; expected a number from 0 and below 1"),
    "nesterov -1": (lambda: bp.nesterov(0.1, -1), ValueError, "momentum is -1"),
    "beta2": (lambda: bp.adam(beta2=1.5), ValueError, "beta2 is 1.5; expected a number from 0 and below 1"),
    "eps": (lambda: bp.adam(eps=0), ValueError, "eps is 0; expected a number above 0"),
    "adagrad eps": (lambda: bp.adagrad(0.1, eps=-1), ValueError, "eps is -1; expected a number above 0"),
    "decay": (lambda: bp.rmsprop(0.1, decay=1), ValueError, "decay is 1"),
    "weight decay": (lambda: bp.adamw(weight_decay=-0.1), ValueError, "weight_decay is -0.1; expected a number from 0"),
    "every": (lambda: bp.step_schedule(0.1, every=0), ValueError, "every is 0; expected a whole number, 1 or more"),
    "steps": (lambda: bp.cosine_schedule(0.1, steps=2.5), ValueError, "steps is 2.5; expected a whole number"),
    "warm-up": (lambda: bp.warm_up(0.1, steps=-1), ValueError, "steps is -1"),
    "state foreign": (lambda: SGD.update(NET.init(), NET.init(), bp.adam().init(NET.init())), ValueError, r"state does not belong to sgd.*rule.init\(params\)"),
    "state shape": (lambda: bp.momentum(1.0).update(NET.init(), NET.init(), State(0, (np.ones(3),))), ValueError, "state does not belong to momentum"),
    "grads foreign": (lambda: SGD.update(NET.init(), bp.worked.params(), SGD.init(NET.init())), ValueError, r"grads belong to parameters of the size \(2, 2, 2\); expected \(3, 4, 2\)"),
    "grads of another shape": (lambda: SGD.update(np.ones(3), np.ones(1), SGD.init(np.ones(3))), ValueError, r"grads belong to parameters of the size \(1,\); expected \(3,\)"),
    "train rows": (lambda: bp.train(NET, NET.init(), X, Y[:4], SGD), ValueError, "Y has 4 rows; expected 5"),
    "train epochs": (lambda: bp.train(NET, NET.init(), X, Y, SGD, epochs=-1), ValueError, "epochs is -1; expected a whole number, 0 or more"),
    "train batch": (lambda: bp.train(NET, NET.init(), X, Y, SGD, batch_size=0), ValueError, "batch_size is 0; expected a whole number, 1 or more"),
    "train params": (lambda: bp.train(NET, bp.worked.params(), X, Y, SGD), ValueError, r"params belong to a network \(2, 2, 2\)"),
    "train rule": (lambda: bp.train(NET, NET.init(), X, Y, 0.1), TypeError, r"rule is 0.1; expected a rule such as bp.momentum\(0.1\)"),
    "train min_change": (lambda: bp.train(NET, NET.init(), X, Y, SGD, min_change=-1), ValueError, "min_change is -1"),
    "train validation": (lambda: bp.train(NET, NET.init(), X, Y, SGD, validation=(Y, Y)), ValueError, r"validation X has shape \(5, 2\); expected \(n, 3\)"),
    "moons n": (lambda: bp.datasets.moons(1), ValueError, "n is 1; expected a whole number, 2 or more"),
    "moons noise": (lambda: bp.datasets.moons(noise=-0.1), ValueError, "noise is -0.1; expected a number from 0"),
    "spirals classes": (lambda: bp.datasets.spirals(classes=1), ValueError, "classes is 1; expected a whole number, 2 or more"),
    "save an array": (lambda: bp.save("never.npz", np.ones(3)), TypeError, "params is ndarray; expected Parameters"),
    "load nothing": (lambda: bp.load("no/such/file.npz"), FileNotFoundError, "path is 'no/such/file.npz'; there is no such file"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_named(case):
    call, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        call()


def foreign(path):
    np.savez(path, weights=np.ones(3))


def pickled(path):
    np.savez(path, bpcourse=np.array(1), sizes=np.array([2, 1]), vector=np.array([print, 1, 2], dtype=object))


def wrong_count(path):
    np.savez(path, bpcourse=np.array(1), sizes=np.array([2, 1]), vector=np.ones(4))


def newer(path):
    np.savez(path, bpcourse=np.array(2), sizes=np.array([2, 1]), vector=np.ones(3))


def cut_short(path):
    bp.save(path, bp.worked.params())
    path.write_bytes(path.read_bytes()[:300])


def not_a_number(path):
    params = bp.worked.params()
    params.vector[3] = np.nan
    bp.save(path, params)


@pytest.mark.parametrize(("write", "message"), [
    (foreign, "damaged or is not one that bp.save wrote"), (pickled, "damaged or is not one"), (cut_short, "damaged or is not one"),
    (wrong_count, r"vector has shape \(4,\)"), (newer, "expected version 1"), (not_a_number, "vector has NaN"),
    (lambda path: path.write_text("hello"), "damaged or is not one"), (lambda path: path.write_bytes(b""), "damaged or is not one"),
    (lambda path: np.save(path.open("wb"), np.ones(3)), "damaged or is not one"),
])  # fmt: skip
def test_a_damaged_or_foreign_file_is_named(tmp_path, write, message):
    path = tmp_path / "net.npz"
    write(path)
    with pytest.raises(ValueError, match=message):
        bp.load(path)


def test_unknown_name_in_the_module_says_what_there_is():
    with pytest.raises(AttributeError, match="no 'Adam'; it has .*sigmoid"):
        assert not bp.Adam
