"""What the course prints and claims does not hang on the last bits: every notebook and every number test under noise.

`tests/noise` shakes the last bits, as another processor would; here with seed 1, in `make portable` with more.
"""

import copy
from pathlib import Path

import derived
import noise
import numpy as np
import pytest
from noise import run, syntax
from thorough import THOROUGH

TREE = Path(__file__).resolve().parents[2]
NUMBERS = np.random.default_rng(0).standard_normal(5000)
exp, log, tanh, logaddexp = (noise.Shaken(f) for f in (np.exp, np.log, np.tanh, np.logaddexp))
matmul, vdot, einsum = noise.ShakenSum(np.matmul), noise.ShakenSum(np.vdot), noise.ShakenEinsum(np.einsum)


@pytest.fixture(autouse=True)
def seeded():
    noise.seed(1)
    yield
    noise.seed(0)


def steps(came, right):
    """How many units in the last place `came` is further from 0 than `right`."""
    return came.view(f"i{came.itemsize}") - right.view(f"i{right.itemsize}")


# ----- the noise itself


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_each_result_moves_by_two_units_at_most_and_in_both_directions(dtype):
    x = NUMBERS.astype(dtype)
    moved = steps(exp(x), np.exp(x))
    assert exp(x).dtype == dtype and set(moved.tolist()) == {-2, -1, 0, 1, 2}
    assert abs(moved.mean()) < 0.1  # it does not pull to one side


def test_the_same_again_for_the_same_seed_and_another_noise_for_another():
    first = exp(NUMBERS)
    np.testing.assert_array_equal(first, exp(NUMBERS))
    np.testing.assert_array_equal(first[:9], [exp(x) for x in NUMBERS[:9]])  # one by one as all at once
    noise.seed(2)
    assert 0.5 < (first != exp(NUMBERS)).mean() < 1


def test_what_is_exact_on_every_processor_stays():
    assert exp(0.0) == 1 and log(1.0) == 0 and tanh(0.0) == 0 and tanh(50.0) == 1 and exp(-800.0) == 0
    assert np.isnan(exp(np.nan)) and exp(np.inf) == np.inf and noise.power(2.0, 10) == 1024
    x = NUMBERS[:50]
    for y in (-1, 0, 0.5, 1, 2):
        np.testing.assert_array_equal(noise.power(np.abs(x), y), np.abs(x) ** y)
    whole, matrix = np.arange(12.0).reshape(3, 4), NUMBERS[:20].reshape(4, 5)
    np.testing.assert_array_equal(matmul(whole, whole.T / 8), whole @ whole.T / 8)
    np.testing.assert_array_equal(matmul(np.eye(4), matrix), matrix)  # one term
    np.testing.assert_array_equal(
        matmul(np.eye(4) + np.eye(4)[::-1], matrix), matrix + matrix[::-1]
    )  # two, rounded once
    np.testing.assert_array_equal(einsum("ij,j->ij", matrix, matrix[0]), matrix * matrix[0])
    np.testing.assert_array_equal(matmul(np.arange(4), np.arange(4)), 14)


def test_no_result_passes_a_number_that_it_comes_near_to():
    near = np.nextafter(np.repeat([1.0, 0.0, 0.5], 2), [2, 0, 1, -1, 1, 0])
    for seed in range(20):
        noise.seed(seed)
        moved = noise.shake(near, "tanh")
        assert (np.sign(moved - [1, 1, 0, 0, 0.5, 0.5]) * [1, -1, 1, -1, 1, -1] >= 0).all()


def test_a_sum_is_shaken_by_the_size_of_its_terms_so_that_what_cancels_shows():
    a, b = np.array([0.1, 0.2, -0.5]), np.array([0.3, 0.35, 0.2])  # 0.03 + 0.07 - 0.1
    came = set()
    for seed in range(20):
        noise.seed(seed)
        came.add(float(matmul(a, b)))
    assert 2 < len(came) < 6 and max(map(abs, came)) < 2 * np.finfo(float).eps * 0.2
    A, B = NUMBERS[:2500].reshape(50, 50), NUMBERS[2500:].reshape(50, 50)
    error, bound = np.abs(matmul(A, B) - A @ B), np.finfo(float).eps * (np.abs(A) @ np.abs(B))
    assert (error <= bound * 1.5).all() and (error > bound / 4).any()
    assert any(vdot(a, b) != np.vdot(a, b) for a, b in zip(A, B, strict=True))
    assert (einsum("ij,jk", A, B) != np.einsum("ij,jk", A, B)).mean() > 0.5


def test_noise_has_no_sign_and_no_scale():
    A, B = NUMBERS[:20].reshape(4, 5), NUMBERS[20:40].reshape(5, 4)
    assert (matmul(A, B) != A @ B).any()
    np.testing.assert_array_equal(matmul(-A, B), -matmul(A, B))
    np.testing.assert_array_equal(matmul(4 * A, B), 4 * matmul(A, B))
    np.testing.assert_array_equal(tanh(-NUMBERS), -tanh(NUMBERS))


def test_the_rest_of_a_function_works_as_before():
    x, out = NUMBERS[:6].copy(), np.zeros(6)
    assert exp(x, out=out) is out and (out == exp(x)).all() and (out != np.exp(x)).any()
    assert exp(x, x) is x and (x == out).all()
    where = np.array([True, False] * 3)
    assert (exp(NUMBERS[:6], out=np.zeros(6), where=where) == np.where(where, out, 0)).all()
    A, product = NUMBERS[:16].reshape(4, 4).copy(), np.zeros((4, 4))
    assert matmul(A, A.T, out=product) is product and (product == matmul(A, A.T)).all()
    np.testing.assert_allclose(logaddexp.reduce(A, axis=1), np.logaddexp.reduce(A, axis=1), rtol=1e-15)
    np.testing.assert_allclose(logaddexp.outer(x, x), np.logaddexp.outer(x, x), rtol=1e-15)
    assert copy.deepcopy(exp) is exp and exp.nin == 1 and exp.__name__ == "exp"
    assert matmul([[1, 2]], [[3], [4]]).tolist() == [[11]]
    slope = tanh(np.array([0.3 + 1e-30j])).imag / 1e-30  # the complex step loses nothing
    np.testing.assert_allclose(slope, 1 - np.tanh(0.3) ** 2, rtol=1e-15)


def test_normal_numbers_are_shaken_alike_whatever_they_are_called():
    rng = lambda: noise.ShakenGenerator(np.random.PCG64(3))  # noqa: E731
    normal = rng().standard_normal(100)
    assert (normal != np.random.Generator(np.random.PCG64(3)).standard_normal(100)).any()
    np.testing.assert_array_equal(rng().normal(0, 0.5, size=100), 0.5 * normal)
    np.testing.assert_array_equal(copy.deepcopy(rng()).normal(size=100), normal)


def test_operators_become_calls_and_objects_keep_their_own(monkeypatch):
    monkeypatch.setattr(np, "matmul", matmul)

    class Own:
        def __matmul__(self, other):
            return "own", other

        def __pow__(self, other):
            return "power", other

        def dot(self, other):
            return "dot", other

    A = NUMBERS[:9].reshape(3, 3)
    names = syntax.CALLS | {"A": A, "own": Own(), "np": np, "row": NUMBERS[:3].copy()}
    source = (
        "p = A @ A\nq = own @ 3, own ** 3, own.dot(4)\nc = 1.1 ** 3.3\nB = A.copy()\nB @= A\nrow[1] **= 3\ne = 7 ** 2"
    )
    exec(syntax.compiled(source, "cell"), names)
    assert (names["p"] != A @ A).any() and (names["B"] != A @ A).any() and names["e"] == 49
    np.testing.assert_allclose(names["p"], A @ A)
    assert names["q"] == (("own", 3), ("power", 3), ("dot", 4))
    assert names["c"] == noise.power(1.1, 3.3) and names["row"][1] == NUMBERS[1] ** 3


# ----- the course under noise


QUICK = {"one_page", "tape"}  # the others in `make slow` only
MINUTES = {"training", "convolution"}  # their number tests train many networks: under noise in `make portable` only


def chapter(name):
    """Its notebook; in `make slow` its exercises, solved, and its number tests, too."""
    folders = ("chapters", "solutions") if THOROUGH else ("chapters",)
    paths = [path for folder in folders for path in (TREE / folder).glob("*.ipynb") if derived.parts(path)[1] == name]
    if THOROUGH and name not in MINUTES:
        paths.append(TREE / "tests" / "notebooks" / f"test_chapter_{name}.py")
    return [str(path.relative_to(TREE)) for path in paths]


NAMES = list(derived.chapters())


@pytest.mark.parametrize("name", [name for name in NAMES if THOROUGH or name in QUICK])
def test_chapter_holds_under_noise(name):
    code, told = run.run(chapter(name), 1)
    assert code == 0, told
