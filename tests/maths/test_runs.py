"""A run of training step by step: the run of `bp.train`, whatever the order in which its epochs are asked for."""

import warnings

import numpy as np

import bpcourse as bp
from bpcourse.explore.digits import images
from bpcourse.explore.training import points
from bpcourse.runs import Run


def test_run_in_pieces_is_the_run_of_train():
    (X, labels), validation, _ = images()
    net = bp.Network((64, 9, 10), hidden=bp.relu, output=bp.identity, loss=bp.cross_entropy)
    rule = bp.adam(0.01)
    once = bp.train(
        net, net.init(3), X[:200], labels[:200], rule, epochs=12, seed=5, validation=validation, snapshots=True,
        progress=False,
    )  # fmt: skip
    run = Run(net, net.init(3), X[:200], labels[:200], rule, seed=5, validation=validation)
    for epoch in (1, 5, 3, 0, 12):
        assert run.reach(epoch) == epoch
    assert run.reached == 12 and run.overflow is None
    for epoch, theta in enumerate(once.snapshots):
        np.testing.assert_array_equal(run.parameters(epoch).vector, theta)
    for name in ("loss", "accuracy", "gradient_norm", "validation_loss", "validation_accuracy", "steps"):
        assert getattr(run.history, name) == getattr(once, name)


def test_run_does_no_more_than_the_time_allows_and_never_less_than_an_epoch():
    net, (X, Y) = (
        bp.Network((2, 16, 16, 1), hidden=bp.tanh, output=bp.identity, loss=bp.binary_cross_entropy),
        points("moons"),
    )
    start = net.init(0)
    run = Run(net, start, X, Y, bp.sgd(0.1))
    assert [run.reach(3, seconds=0) for _ in range(5)] == [1, 2, 3, 3, 3]
    assert run.reach(2, seconds=0) == 2 and run.reached == 3  # back costs nothing, and forgets nothing
    np.testing.assert_array_equal(run.parameters(0).vector, start.vector)
    assert not np.array_equal(run.parameters(1).vector, run.parameters(3).vector)


def test_run_ends_where_the_numbers_overflow_and_warns_nobody():
    net, (X, Y) = (
        bp.Network((2, 32, 32, 32, 1), hidden=bp.relu, output=bp.identity, loss=bp.binary_cross_entropy),
        points("spirals"),
    )
    run = Run(net, net.init(0, "he"), X, Y, bp.momentum(10.0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        last = run.reach(50)
    assert run.overflow == last + 1 == run.reached + 1 < 10
    assert np.isfinite(run.parameters(last).vector).all() and np.isfinite(run.history.loss[:last]).all()
    assert run.reach(50) == last
    with np.errstate(all="ignore"):
        once = bp.train(
            net, net.init(0, "he"), X, Y, bp.momentum(10.0), epochs=last + 1, snapshots=True, progress=False
        )
    assert not (np.isfinite(once.snapshots[-1]).all() and np.isfinite(once.loss[-1]))  # the next epoch is no number


def test_run_ends_where_only_the_validation_overflows():
    net = bp.Network((1, 1), hidden=bp.identity, output=bp.identity, loss=bp.half_squared_error)
    one = np.ones((4, 1))
    run = Run(net, net.init(0), one, one, bp.sgd(0.1), validation=(1e200 * one, one))
    assert run.reach(3) == 0 and run.overflow == 1
