"""What the exhibits of the gallery share: a case in which nothing hides a mistake, a witness, a measure."""

import numpy as np
import pytest

from bpcourse import gallery


def test_a_case_has_different_sizes_and_nothing_that_is_0():
    net, params, X, Y = gallery.case()
    assert len({*net.sizes, len(X)}) == 4 and X.shape == (5, 4) and Y.shape == (5, 2)
    assert np.abs(params.vector).min() > 0 and 0 < Y.min() and Y.max() < 1
    again, other = gallery.case(), gallery.case(seed=1)
    np.testing.assert_array_equal(again[1].vector, params.vector)
    assert (other[1].vector != params.vector).all() and gallery.case((3, 4, 3), n=2)[2].shape == (2, 3)


def test_measured_is_the_gradient_and_off_sees_a_hundredth():
    net, params, X, Y = gallery.case()
    right = net.backward(params, net.forward(params, X), Y).grads
    came = gallery.measured(net, params, X, Y)
    for layer in (1, 2):
        assert gallery.off(came.W[layer], right.W[layer]) < 1e-8 and gallery.off(came.b[layer], right.b[layer]) < 1e-8
        assert gallery.off(1.01 * right.W[layer], right.W[layer]) == pytest.approx(0.01)


def test_off_is_a_share_of_the_largest_and_refuses_other_shapes():
    assert gallery.off([1.0, 2.0, -4.0], [1.0, 3.0, -4.0]) == 0.25 and gallery.off(2.0, 4) == 0.5
    with pytest.raises(ValueError, match=r"mine has the shape \(2,\); expected \(2, 1\)"):
        gallery.off(np.ones(2), np.ones((2, 1)))
