"""Shakes the last bits of what is computed, as another processor, BLAS or libm would: `install()` does it to NumPy,
`math` and the modules of the course. BPCOURSE_NOISE=1, 2, 3, ... is the seed.

The noise is a function of the value, the operation and the seed: the same computation twice gives the same bits, as it
does on every processor. What IEEE makes exact everywhere stays: sums of whole numbers, e^0, one-hot rows times a matrix,
square roots, NumPy's own sums (pairwise, in plain C, in one order on every processor), and all that is elementwise + - * /.
It has no sign and no scale: -A @ B is -(A @ B), and 2 A @ B is 2 (A @ B), as everywhere.
"""

import builtins
import functools
import math
import operator
import os
import struct
import zlib

import numpy as np

SEED = int(os.environ.get("BPCOURSE_NOISE") or 0)

_raw = {}  # the functions as they were, by name
_MIX = 0x9E3779B97F4A7C15
_ALL = (1 << 64) - 1
_MOVES = np.array([-2, -1, -1, 0, 0, 1, 1, 2])  # by the hash, -4..3
# The same where the value is d = -2..2 units from a short number: it may come to that number and not pass it.
_NEAR = np.array([[min(k, -d) if d < 0 else max(k, -d) if d else 0 for k in _MOVES] for d in range(-2, 3)]).ravel()


class _Kind:
    """How one float type is shaken: in integers as wide as it is. A number is short if the last third of its digits
    (binary, 24 of 53, 10 of 24) are zeros: then it is no rounding's result. So are 0, infinity and NaN."""

    def __init__(self, integer, sign_and_exponent, zeros):
        self.integer, width = integer, np.dtype(integer).itemsize * 8
        self.up, self.top, self.end = (np.array(n, integer) for n in (sign_and_exponent, width - 3, width - zeros))
        self.mix = np.array(_MIX & (1 << width) - 1, np.uint64).astype(f"u{width // 8}").view(integer)
        self.lowest, self.highest, self.eight = (np.array(n, integer) for n in (-2, 2, 8))
        self.salts = {}
        # to be looked up at -4..3, and at -20..19: what lies below 0 counts from the end
        self.near = np.roll(_NEAR, -20).astype(integer)
        self.relative = np.roll(_MOVES, -4) * 2.0 ** (-53 if width == 64 else -24)

    def hash(self, bits, operation):
        """-4..3 for each entry, from its digits alone: not from its sign and not from its power of two."""
        h = np.left_shift(bits, self.up)
        if operation not in self.salts:
            self.salts[operation] = np.array(_salt(operation), np.uint64).view(np.int64).astype(self.integer)
        h ^= self.salts[operation]
        h *= self.mix
        h >>= self.top
        return h

    def shaken(self, array, operation):
        """A new array: each entry some units in the last place further from 0, or nearer."""
        bits = array.view(self.integer)
        at = np.left_shift(bits, self.end)
        at >>= self.end  # the distance to the nearest short number
        np.maximum(at, self.lowest, out=at)
        np.minimum(at, self.highest, out=at)
        at *= self.eight
        at += self.hash(bits, operation)
        moved = self.near.take(at)
        moved += bits
        return moved.view(array.dtype)


_KINDS = {np.dtype(np.float64): _Kind(np.int64, 12, 24), np.dtype(np.float32): _Kind(np.int32, 9, 10)}


def seed(number):
    """From now on the noise of this seed."""
    global SEED
    SEED = number
    _salt.cache_clear()
    for kind in _KINDS.values():
        kind.salts.clear()


@functools.cache
def _salt(operation):
    return zlib.crc32(f"{operation} {SEED}".encode()) * _MIX & _ALL


def _hash_float(bits, operation):
    """What _Kind.hash gives for one float64, plus 4: 0..7."""
    return ((((bits << 12 & _ALL) ^ _salt(operation)) * _MIX & _ALL) >> 61) + 4 & 7


_MOVES_LIST, _NEAR_LIST = _MOVES.tolist(), _NEAR.tolist()


def _shake_float(x, operation):
    """What _Kind.shaken gives, for one Python float, and faster."""
    (bits,) = struct.unpack("<q", struct.pack("<d", x))
    end = bits & 0xFFFFFF
    at = min(2, end) if end < 0x800000 else max(-2, end - 0x1000000)
    bits += _NEAR_LIST[8 * (at + 2) + _hash_float(bits, operation)]
    return struct.unpack("<d", struct.pack("<q", bits))[0]


def shake(value, operation):
    """`value` with its floats moved by a few units in the last place; what is no float comes back as it is."""
    if type(value) in (float, np.float64):
        return type(value)(_shake_float(float(value), operation))
    if type(value) is np.ndarray or isinstance(value, np.generic):
        if value.dtype.kind == "c" and value.dtype.itemsize == 16:
            new = shake(np.real(value), operation) + 1j * shake(np.imag(value), operation)
        elif value.dtype in _KINDS:
            if not value.ndim and value.dtype.itemsize == 8:
                return value.dtype.type(_shake_float(float(value), operation))
            new = _KINDS[value.dtype].shaken(np.atleast_1d(value), operation)
        else:
            return value
        return new.reshape(np.shape(value))[()] if isinstance(value, np.generic) or not np.ndim(value) else new
    if isinstance(value, list):
        return [shake(entry, operation) for entry in value]
    if isinstance(value, tuple):
        parts = [shake(entry, operation) for entry in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value


class Shaken:
    """A function of NumPy whose results are shaken; its attributes (.outer, .at, .nin) are those of the function."""

    def __init__(self, function):
        self._function = function
        functools.update_wrapper(self, function, assigned=("__name__", "__doc__", "__qualname__"), updated=())

    def __call__(self, *args, **kwargs):
        result = self._function(*args, **kwargs)
        return self._shaken(result, args, kwargs)

    def _shaken(self, result, args, kwargs):
        new = shake(result, self._function.__name__)
        out = kwargs.get("out")
        out = out[0] if isinstance(out, tuple) else out
        if out is None and len(args) > getattr(self._function, "nin", len(args)):
            out = result  # given by its place
        if out is not None:
            np.copyto(result, new, where=kwargs.get("where", True))
            return result
        return new

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._function, name)

    def __reduce__(self):
        return f"np.{self.__name__}"  # copy.deepcopy: the same function

    def __repr__(self):
        return repr(self._function)

    def outer(self, *args, **kwargs):
        return shake(self._function.outer(*args, **kwargs), self._function.__name__)

    def reduce(self, *args, **kwargs):
        return shake(self._function.reduce(*args, **kwargs), self._function.__name__)


def _exact_power(base, exponent):
    """Whether x ** y is exact or rounded correctly by everybody: whole numbers, 1/x, the root, the square."""
    if type(exponent) not in (int, float):
        if np.ndim(exponent):
            return False
        exponent = np.asarray(exponent).item()
    return exponent in (-1, 0, 0.5, 1, 2)


class ShakenPower(Shaken):
    def _shaken(self, result, args, kwargs):
        return result if _exact_power(*args[:2]) else super()._shaken(result, args, kwargs)


# ---- sums of products: the error is relative to the sum of the absolute terms, so that cancellation shows


# A network under noise calls this some hundred thousand times, mostly for small arrays: a look at single entries, which
# sees through most arrays, costs less than any call of NumPy.


def _may_be_short(array):
    """False if one of three entries has more than 26 binary places."""
    last = array.size - 1
    return last < 0 or all((array.item(k) * 2.0**26).is_integer() for k in (0, last // 2, last))


def _places(array):
    """The number of binary places after the point of all entries, if there are at most 26; else None."""
    if not array.size:
        return 0
    if not _may_be_short(array):
        return None
    scaled = array * 2.0**26
    if (scaled != np.rint(scaled)).any():
        return None
    return next(n for n in (0, 4, 8, 12, 16, 20, 26) if (array * 2.0**n == np.rint(array * 2.0**n)).all())


def _power_of_two(array):
    if array.size and abs(math.frexp(array.item(0))[0]) not in (0, 0.5):
        return False
    return not (array.view(np.int64) & 0xFFFFFFFFFFFFF).any()


def _exact_sums(product, arrays, size, inner):
    """Where the sum is exact in any order, with or without fused multiply-add: True, False or an array of them.
    inner: how many terms it has, if known.
    """
    if all(map(_may_be_short, arrays)):
        places = [_places(array) for array in arrays]
        if None not in places and size.max(initial=0) * 2.0 ** sum(places) < 2.0**53:
            return True
    # One product is rounded once, and so is the sum of two exact products.
    if inner and all(np.count_nonzero(array) == array.size for array in arrays):
        return inner == 1 or inner == 2 and any(map(_power_of_two, arrays))
    terms = product(*[np.not_equal(array, 0).astype(float) for array in arrays])
    few = np.less_equal(terms, 2)
    if not few.any():
        return False
    return few if any(map(_power_of_two, arrays)) else np.less_equal(terms, 1)


def shaken_sum(product, arrays, operation, out=None, inner=None):
    """product(*arrays), a sum of products of their entries, with the noise that another order of the sum would make."""
    given = [np.asarray(array) for array in arrays]
    if any(a.dtype.char != "d" for a in given):
        kinds = {a.dtype.char for a in given}
        if not kinds & {*"fd"} or not kinds <= {*"fdbBhHiIlLqQ?"}:
            return shake(product(*arrays) if out is None else product(*arrays, out=out), operation)
        given = [a.astype(float) for a in given]
    result = None if out is not None else product(*arrays)
    with np.errstate(all="ignore"):
        size = np.asarray(product(*map(np.abs, given)))
        exact = _exact_sums(product, given, size, inner)
        if result is None:  # only now, since `out` may be one of the arrays
            result = product(*arrays, out=out)
        if exact is True or not result.size:
            return result
        array = np.asarray(result) if result.ndim else np.atleast_1d(result)
        kind = _KINDS[array.dtype]
        move = kind.relative.take(kind.hash(array.view(kind.integer), operation))
        move *= np.copysign(size, array)
        if exact is not False:
            np.copyto(move, 0, where=exact)
        if not math.isfinite(np.add.reduce(move, axis=None)):
            np.copyto(move, 0, where=~np.isfinite(move))
        move += array
    if out is not None:
        out[...] = move
        return out
    return move if result.ndim else result.dtype.type(move[0])


class ShakenSum(Shaken):
    """matmul, dot, vdot, inner, vecdot, ...: two arrays first."""

    def __call__(self, a, b, *args, **kwargs):
        if type(a) is type(b) is np.ndarray and not args and not kwargs:
            return shaken_sum(self._function, (a, b), self._function.__name__, inner=self._terms(a))
        if any(isinstance(x, np.ndarray | np.generic | list | tuple | float | int) is False for x in (a, b)):
            return self._function(a, b, *args, **kwargs)
        out = kwargs.pop("out", None)
        out = out[0] if isinstance(out, tuple) else out
        if args and isinstance(self._function, np.ufunc):
            out, args = args[0], args[1:]

        def product(a, b, **more):
            return self._function(a, b, *args, **kwargs, **more)

        return shaken_sum(product, (a, b), self._function.__name__, out, self._terms(a))

    def _terms(self, a):
        """How many products each result is the sum of, where the shape of a says it."""
        return np.shape(a)[-1] if np.ndim(a) and self.__name__ in ("matmul", "dot", "inner", "vecdot") else None


class ShakenEinsum(Shaken):
    def __call__(self, subscripts, *arrays, **kwargs):
        if not isinstance(subscripts, str):
            return self._function(subscripts, *arrays, **kwargs)
        out = kwargs.pop("out", None)

        def product(*arrays, **more):
            return self._function(subscripts, *arrays, **kwargs, **more)

        return shaken_sum(product, arrays, "einsum", out)


class ShakenArrays(Shaken):
    """np.linalg and np.fft: the error of each entry is relative to the largest one. Diagonal input is exact."""

    def __call__(self, a, *args, **kwargs):
        result = self._function(a, *args, **kwargs)
        square = np.ndim(a) == 2 and np.shape(a)[0] == np.shape(a)[1]
        if square and not np.any(np.asarray(a) - np.diag(np.diag(a))):
            return result
        return _each_part(result, self._function.__name__)


def _each_part(value, operation):
    if isinstance(value, tuple):
        parts = [_each_part(entry, operation) for entry in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if not isinstance(value, np.ndarray | np.generic) or value.dtype.kind not in "fc" or not np.size(value):
        return value
    if value.dtype.kind == "c":
        new = _each_part(np.real(value), operation) + 1j * _each_part(np.imag(value), operation)
        return new if new.dtype == value.dtype else value
    if value.dtype not in _KINDS:
        return value
    kind = _KINDS[value.dtype]
    bits = np.atleast_1d(value).view(kind.integer)
    move = kind.relative.take(kind.hash(bits, operation)).reshape(np.shape(value))
    with np.errstate(all="ignore"):
        new = value + move * np.abs(value).max(initial=0)
    new = np.where(np.isfinite(new), new, value).astype(value.dtype)
    if operation in ("eigvalsh", "svdvals"):
        new = np.sort(new)[:: 1 if operation == "eigvalsh" else -1]
    return new[()] if isinstance(value, np.generic) else new


class ShakenNorm(Shaken):
    def __call__(self, x, *args, **kwargs):
        result = self._function(x, *args, **kwargs)
        with np.errstate(all="ignore"):
            exact = _places(np.square(np.abs(np.asarray(x, dtype=complex)))) is not None
        return result if exact else shake(result, "norm")


class ShakenGeomspace(Shaken):
    """The two ends are set exactly."""

    def _shaken(self, result, args, kwargs):
        new = shake(result, "geomspace")
        if new.ndim == 1 and new.size > 1:
            new[0], new[-1] = result[0], result[-1]
        return new


class ShakenGenerator(np.random.Generator):
    """Normal numbers come from exp and log in the tails, and a fused multiply-add may shift and scale them; random()
    and whole numbers are exact.
    """

    def standard_normal(self, *args, **kwargs):
        return shake(super().standard_normal(*args, **kwargs), "normal")

    def normal(self, loc=0.0, scale=1.0, size=None):
        return loc + scale * self.standard_normal(np.broadcast(loc, scale).shape or None if size is None else size)

    def uniform(self, *args, **kwargs):
        return shake(super().uniform(*args, **kwargs), "uniform")

    def __reduce__(self):
        return ShakenGenerator, (self.bit_generator,)


def default_rng(seed=None):
    generator = _raw["numpy.random.default_rng"](seed)
    return generator if isinstance(seed, np.random.Generator) else ShakenGenerator(generator.bit_generator)


# ---- what cannot be patched, because it is syntax: noise.syntax makes these calls of it


def at(a, b):
    """a @ b"""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return np.matmul(a, b)
    return operator.matmul(a, b)


def at_in_place(a, b):
    """a @= b"""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        a[...] = np.matmul(a, b)
        return a
    return operator.imatmul(a, b)


def power(a, b):
    """a ** b"""
    result = operator.pow(a, b)
    if type(result) is float or isinstance(result, np.ndarray | np.generic):
        return result if _exact_power(a, b) else shake(result, "power")
    return result


def power_in_place(a, b):
    """a **= b"""
    result = operator.ipow(a, b)
    if type(result) is float or isinstance(result, np.ndarray | np.generic):
        new = result if _exact_power(a, b) else shake(result, "power")
        if isinstance(result, np.ndarray) and new is not result:
            result[...] = new
            return result
        return new
    return result


def dot(a, *args, **kwargs):
    """a.dot(b)"""
    return np.dot(a, *args, **kwargs) if isinstance(a, np.ndarray) else a.dot(*args, **kwargs)


UFUNCS = """exp exp2 expm1 log log2 log10 log1p tanh sinh cosh sin cos tan arcsin arccos arctan arctan2 arcsinh arccosh
arctanh logaddexp logaddexp2 cbrt hypot""".split()
SUMS = "matmul dot vdot inner vecdot matvec vecmat tensordot convolve correlate".split()
LINALG = (
    "eig eigh eigvals eigvalsh solve inv pinv lstsq svd svdvals qr cholesky det matrix_power cond multi_dot".split()
)
FFT = "fft ifft rfft irfft fft2 ifft2 rfft2 irfft2 fftn ifftn".split()
MATH = """exp exp2 expm1 log log2 log10 log1p tanh sinh cosh sin cos tan asin acos atan atan2 asinh acosh atanh erf erfc pow
cbrt hypot gamma lgamma""".split()


def _math(function):
    @functools.wraps(function)
    def shaken(*args):
        result = function(*args)
        return _shake_float(result, "math." + function.__name__)

    return shaken


def install():
    """Shakes NumPy, `math` and what the course imports from now on. The seed is in the environment."""
    from . import syntax

    if not SEED:
        raise RuntimeError("BPCOURSE_NOISE is not set; expected a seed: a whole number above 0")
    if _raw:
        return
    for module, names, kind in (
        (np, UFUNCS, Shaken),
        (np, ["power", "float_power"], ShakenPower),
        (np, SUMS, ShakenSum),
        (np, ["einsum"], ShakenEinsum),
        (np, ["polyfit", "logspace"], Shaken),
        (np, ["geomspace"], ShakenGeomspace),
        (np.linalg, LINALG, ShakenArrays),
        (np.linalg, ["norm"], ShakenNorm),
        (np.fft, FFT, ShakenArrays),
        (np.random, ["default_rng"], lambda function: default_rng),
        (math, MATH, _math),
    ):
        for name in names:
            if hasattr(module, name):  # an older NumPy lacks a few
                _raw[module.__name__ + "." + name] = getattr(module, name)
                setattr(module, name, kind(getattr(module, name)))
    for name, function in syntax.CALLS.items():
        setattr(builtins, name, function)
    syntax.install()
