"""The exercises of the chapter on debugging: what holds for one of them only; test_exercises.py has the rest."""

from itertools import product

import numpy as np
import pytest
import stored
from bpanswers import mended_evaluation, mended_preparation, mended_training
from bpanswers.common.edits import edited, solution
from support import solved

import bpcourse as bp
from bpcourse.regularization import dropout, dropout_back

CELLS = stored.cells("solutions", "debugging")
SOLVED = solved(CELLS)
PATIENTS = {  # the module of the answers, points for each number of mended bugs
    "mended_preparation": (mended_preparation, (0, 2, 4)),
    "mended_evaluation": (mended_evaluation, (0, 2, 4)),
    "mended_training": (mended_training, (0, 1, 2, 5)),
}


def names_of(*cells):
    """The names that cells define."""
    names = {"np": np, "bp": bp}
    for cell in cells:
        exec(CELLS[cell].source, names)
    return names


# ----- the patients


@pytest.mark.parametrize("name", PATIENTS)
def test_the_given_program_has_all_the_bugs_and_no_points(name):
    faulty = names_of(f"{name}-given")[name.replace("mended", "faulty")]
    for seed in range(3):
        result = bp.check(name, faulty, seed=seed)
        assert result.diagnosis.count("+") + 2 == len(PATIENTS[name][1]) and result.points == 0, result
        assert "nothing has changed" in result.message


@pytest.mark.parametrize("name", PATIENTS)
def test_what_is_mended_counts_as_the_statement_promises(name):
    answers, points = PATIENTS[name]
    tables = {
        "mended_preparation": ("LABELS", "STATISTICS"),
        "mended_evaluation": ("DROPOUT", "MEANS"),
        "mended_training": ("MASKS", "INPUTS", "PENALTIES"),
    }[name]
    bugs = [next(iter(getattr(answers, table).items())) for table in tables]  # each as it stands in the given program
    for left in product((False, True), repeat=len(bugs)):
        those = [bug for bug, is_left in zip(bugs, left, strict=True) if is_left]
        changes = [change for _, (_, _, *edits) in reversed(those) for change in edits]
        result = bp.check(name, edited(solution(name), *changes))
        assert result.points == points[len(bugs) - len(those)], result
        assert result.diagnosis == ("+".join(bug for bug, _ in those) or None)


@pytest.mark.parametrize("name", PATIENTS)
def test_who_mends_a_bug_and_spoils_something_else_has_no_points_for_it(name):
    slip = next(m for m in bp.marking.exercises.find(name).misconceptions if m.message.startswith("You changed"))
    assert bp.check(name, slip.wrong).points == 0


def test_a_check_with_all_switched_off_finds_nothing_in_the_third_patient():
    assert stored.outputs(CELLS)["mended_training-run"].split() == [
        *("drop", "0.0,", "l2", "0.0:", "right", "drop", "0.0,", "l2", "0.5:", "wrong", "drop", "0.5,", "l2", "0.0:", "wrong")
    ]  # fmt: skip


def test_the_healed_training_passes_the_check_of_its_cell():
    names, printed = names_of("mended_training-given", "mended_training_cost-given"), []
    names |= {"faulty_training": SOLVED["mended_training"], "print": lambda *said: printed.append(said[-1])}
    exec(CELLS["mended_training-run"].source, names)
    assert printed == ["right"] * 3


def test_the_healed_preparation_lets_a_network_learn():
    names, printed = names_of("mended_preparation-given"), []
    names |= {"faulty_preparation": SOLVED["mended_preparation"], "print": printed.append}
    exec(CELLS["mended_preparation-run"].source, names)
    assert printed == ["right on the test rows: 0.9 of all"]


def test_the_healed_evaluation_depends_on_neither_seed_nor_size():
    rng = np.random.default_rng(0)
    network = [rng.normal(size=shape) for shape in ((8, 4), (8,), (3, 8), (3,))]
    X, labels = rng.normal(size=(10, 4)), rng.integers(3, size=10)
    found = [
        SOLVED["mended_evaluation"](*network, X, labels, size, 0.5, seed) for size in (3, 9, 50) for seed in (0, 1)
    ]
    np.testing.assert_allclose(found, [found[0]] * 6, rtol=1e-12)


# ----- the plot


def test_the_four_runs_are_what_their_messages_say():
    names = names_of("which_run-given")
    exec(CELLS["which_run-run"].source.partition("ax =")[0], names)
    (_, a_val), (b, b_val), (c, c_val), (d, d_val) = names["runs"].values()
    X, labels, X_val, labels_val, chance = *(names[n] for n in ("X", "labels", "X_val", "labels_val")), np.log(10)
    letters = dict(zip(("too small", "good", "shuffled", "too large"), names["letters"], strict=True))
    assert letters == {"good": "A", "shuffled": SOLVED["which_run"], "too large": "C", "too small": "D"}
    assert d_val[-1] < 0.9 * chance and a_val[-1] < 0.2 * chance, "D and A learn"
    assert abs(b[-1] - d[-1]) < 0.1 * chance, "the training losses of B and D are alike"
    assert b[-1] < 0.8 * chance and min(b_val) > chance and b_val[-1] > max(b_val[:20]), "B learns by heart"
    assert max(abs(loss - chance) for loss in (*c[5:], *c_val[5:])) < 0.2, "C stays at chance"
    net = bp.Network((64, 64, 10), bp.relu, bp.identity, bp.cross_entropy)
    trained = [bp.train(net, net.init(0, "he"), X, labels, bp.sgd(rate), 40, 16, progress=False).params
               for rate in (0.05, 2.5)]  # fmt: skip
    answers = net.forward(trained[0], X_val).output.argmax(axis=1)
    assert np.mean(answers == labels_val) > 0.9, "A reads nine of ten digits"
    assert bp.vitals.dead_units(net, net.forward(trained[1], X))[1] == 1, "in C all hidden units are dead"


# ----- the others, beside what the library says


def test_adam_s_first_step_has_the_ratio_of_the_exercise():
    rng = np.random.default_rng(0)
    net = bp.Network((50, 400, 3), bp.relu, bp.identity, bp.cross_entropy)
    params, rule = net.init(0, "he"), bp.adam(0.001)
    trace = net.forward(params, rng.normal(size=(300, 50)))
    grads = net.backward(params, trace, rng.integers(3, size=300)).grads
    after, _ = rule.update(params, grads, rule.init(params))
    assert bp.vitals.update_ratio(params, after)[1] == pytest.approx(SOLVED["first_ratio"], rel=0.02)


def test_a_guess_costs_what_the_library_says():
    for counts in ([3, 5, 2], [4, 0, 1], [7, 1, 1, 0, 3]):
        labels = np.repeat(np.arange(len(counts)), counts)
        even, informed = SOLVED["chance_loss"](np.array(counts))
        assert informed == pytest.approx(bp.vitals.chance_loss("cross_entropy", labels), rel=1e-12)
        assert even == pytest.approx(bp.cross_entropy(np.zeros((1, len(counts))), np.array([0]))[0], rel=1e-12)


def test_the_noise_of_dropout_is_that_over_all_masks():
    rng = np.random.default_rng(1)
    w, a, q = rng.normal(size=6), rng.normal(size=6), 0.3
    masks = np.array(list(product((0.0, 1 / (1 - q)), repeat=6)))
    chances = np.prod(np.where(masks > 0, 1 - q, q), axis=1)
    z = masks @ (w * a)
    mean = chances @ z
    np.testing.assert_allclose(SOLVED["dropout_noise"](w, a, q), (mean, chances @ (z - mean) ** 2), rtol=1e-12)


def test_the_library_s_dropout_is_a_right_answer():
    def answer(A, back, kept, drop, training):
        mask = kept / (1 - drop) if training else np.ones(A.shape)
        return dropout(A, mask), dropout_back(back, mask)

    assert bp.check("dropout", answer).passed


def test_the_library_s_dependence_is_a_right_answer():
    def answer(loss_of_each, X):
        return (bp.vitals.dependence(loss_of_each, X) > 0).astype(int)

    assert bp.check("leaks", answer).passed


def test_leaks_finds_a_softmax_over_the_examples():
    rng = np.random.default_rng(0)
    W, X, labels = rng.normal(size=(3, 4)), rng.normal(size=(5, 4)), np.array([0, 1, 2, 1, 0])

    def losses(X, axis):
        E = np.exp(X @ W.T)
        return -np.log((E / E.sum(axis=axis, keepdims=True))[np.arange(5), labels])

    assert np.array_equal(SOLVED["leaks"](lambda X: losses(X, 1), X), np.eye(5))
    assert np.array_equal(SOLVED["leaks"](lambda X: losses(X, 0), X), np.ones((5, 5)))


def test_dead_units_are_those_of_the_library():
    net = bp.Network((4, 9, 8, 3), bp.relu, bp.identity, bp.cross_entropy)
    params, X = net.init(3, "he"), np.random.default_rng(0).normal(size=(12, 4))
    params.b[1][::2], params.b[2][1::3] = -20.0, -50.0
    dead = bp.vitals.dead_units(net, net.forward(params, X))
    found = SOLVED["dead_by_layer"]([params.W[1], params.W[2]], [params.b[1], params.b[2]], X)
    np.testing.assert_array_equal(found, [dead[1], dead[2]])
    assert dead[1] > 0.5 and 0 < dead[2] < 1


def test_a_gradient_of_sevens_is_not_passed_where_nothing_can_be_judged():
    theta = np.zeros((2, 3))
    assert SOLVED["careful_check"](lambda x: np.abs(x).sum(), theta, theta + 7, 0.1, 1.0) == (-1, 0)
    assert SOLVED["careful_check"](lambda x: (x**2).sum(), theta, theta + 7, 0.1, 1.0) == (7, 6)
