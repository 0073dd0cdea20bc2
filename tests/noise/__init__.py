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
MOST = 2  # units in the last place, or half eps of the sum of absolute terms

_raw = {}  # the functions as they were, by name
_MANTISSA = np.uint64((1 << 52) - 1)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_ONE = np.int64(0x3FF0000000000000)
_KINDS = {  # of a float type: integers as wide, mantissa, 1.0 as an integer, and what 2^-k is "short"
    np.dtype(np.float64): (np.int64, _MANTISSA, _ONE, 2.0**20),
    np.dtype(np.float32): (np.int32, np.uint64((1 << 23) - 1), np.int32(0x3F800000), 2.0**8),
}


@functools.cache
def _salt(operation):
    return zlib.crc32(f"{operation} {SEED}".encode()) * 0x9E3779B97F4A7C15 & (1 << 64) - 1


def _moves(array, operation, mantissa, integers):
    """k in -MOST..MOST for each entry, from the bits of its mantissa."""
    h = array.view(integers).astype(np.uint64) & mantissa
    h = (h ^ np.uint64(_salt(operation))) * _MIX
    h ^= h >> np.uint64(31)
    h *= _MIX
    return (h >> np.uint64(33)).astype(np.int64) % (2 * MOST + 1) - MOST


def short(array, scale=2.0**20, most=2.0**10):
    """Where a number is so short (0, 1, 0.375, 12) that it is no rounding's result; NaN and infinity too."""
    with np.errstate(all="ignore"):
        scaled = array * scale
        return ((scaled == np.rint(scaled)) & (np.abs(array) <= most)) | ~np.isfinite(array)


def _shake_array(array, operation):
    """A new array: each entry k units in the last place further from 0, or nearer; none passes 1 on its way."""
    integers, mantissa, one, scale = _KINDS[array.dtype]
    k = _moves(array, operation, mantissa, integers).astype(integers)
    k[short(array, scale)] = 0
    bits = array.view(integers)
    size = bits & np.iinfo(integers).max
    passes = (size - one) * (size + k - one) < 0 if array.dtype == np.float32 else ((size < one) != (size + k < one))
    k = np.where(passes, one - size, k)
    k[size <= MOST] = 0  # the last few numbers above 0
    return (bits + k).view(array.dtype)


def _shake_float(x, operation):
    """The same for one Python float, faster."""
    if not -math.inf < x < math.inf or (abs(x) <= 1024.0 and x * 1048576.0 % 1.0 == 0.0) or abs(x) < 1e-300:
        return x
    (bits,) = struct.unpack("<q", struct.pack("<d", x))
    h = ((bits & 0xFFFFFFFFFFFFF) ^ _salt(operation)) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    h ^= h >> 31
    h = h * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    (new,) = struct.unpack("<d", struct.pack("<q", bits + (h >> 33) % (2 * MOST + 1) - MOST))
    return math.copysign(1.0, x) if (abs(x) < 1.0) != (abs(new) < 1.0) else new


def shake(value, operation):
    """`value` with its floats moved by a few units in the last place; what is no float comes back as it is."""
    if type(value) in (float, np.float64):
        return type(value)(_shake_float(float(value), operation))
    if isinstance(value, np.ndarray | np.generic):
        if value.dtype.kind == "c" and value.dtype.itemsize == 16:
            new = shake(np.real(value), operation) + 1j * shake(np.imag(value), operation)
        elif value.dtype in _KINDS:
            new = _shake_array(np.asarray(value), operation)
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
    if isinstance(exponent, np.ndarray) and exponent.size > 1:
        return False
    return any(exponent == y for y in (-1, 0, 0.5, 1, 2)) if np.ndim(exponent) == 0 else False


class ShakenPower(Shaken):
    def _shaken(self, result, args, kwargs):
        return result if _exact_power(*args[:2]) else super()._shaken(result, args, kwargs)


# ---- sums of products: the error is relative to the sum of the absolute terms, so that cancellation shows


def _steps(array):
    """The number of binary places after the point of all entries, if there are at most 26; else None."""
    for places in (0, 4, 8, 12, 16, 20, 26):
        with np.errstate(all="ignore"):
            scaled = array * 2.0**places
        if (scaled == np.rint(scaled)).all():
            return places
    return None


def _power_of_two(array):
    mantissa, _ = np.frexp(array)
    return bool(((np.abs(mantissa) == 0.5) | (mantissa == 0)).all())


def _exact_terms(product, arrays, size):
    """Where the sum is exact whatever its order, with or without fused multiply-add."""
    places = []
    for array in arrays:
        few = _steps(array.ravel()[:8])  # most arrays are seen through at once
        places.append(None if few is None else _steps(array))
    exact = np.zeros(np.shape(size), dtype=bool)
    if None not in places:
        exact = size * 2.0 ** sum(places) < 2.0**53
    if exact.all():
        return exact
    if any(not array.all() for array in arrays) or min((np.size(array) for array in arrays), default=2) <= 4:
        terms = product(*[(array != 0).astype(float) for array in arrays])
        # one product is rounded once, and so is the sum of two exact products
        exact_products = len(arrays) == 1 or any(_power_of_two(array) for array in arrays)
        exact = exact | (terms <= (2 if exact_products else 1))
    return exact


def _floats(value):
    return isinstance(value, np.ndarray | np.generic) and value.dtype in _KINDS


def shaken_sum(product, arrays, operation, out=None):
    """product(*arrays), a sum of products of their entries, with the noise that another order of the sum would make."""
    given = [np.asarray(array) for array in arrays]
    plain = all(a.dtype.kind in "biuf" for a in given) and any(a.dtype in _KINDS for a in given)
    if plain:
        with np.errstate(all="ignore"):
            size = product(*[np.abs(a.astype(float)) for a in given])
            exact = _exact_terms(product, given, size)
    result = product(*arrays) if out is None else product(*arrays, out=out)
    if not _floats(result):
        return shake(result, operation)
    if not plain:
        return result
    integers, mantissa, _, _ = _KINDS[result.dtype]
    with np.errstate(all="ignore"):
        k = _moves(np.asarray(result), operation, mantissa, integers) * np.where(np.signbit(result), -1, 1)
        move = k * (np.finfo(result.dtype).eps / 2 * size)
        new = np.where(exact | ~np.isfinite(result) | ~np.isfinite(size), result, result + move).astype(result.dtype)
    if out is not None:
        out[...] = new
        return out
    return new[()] if isinstance(result, np.generic) else new


class ShakenSum(Shaken):
    """matmul, dot, vdot, inner, vecdot, ...: two arrays first."""

    def __call__(self, a, b, *args, **kwargs):
        if any(isinstance(x, np.ndarray | np.generic | list | tuple | float | int) is False for x in (a, b)):
            return self._function(a, b, *args, **kwargs)
        out = kwargs.pop("out", None)
        out = out[0] if isinstance(out, tuple) else out
        if args and isinstance(self._function, np.ufunc):
            out, args = args[0], args[1:]

        def product(a, b, **more):
            return self._function(a, b, *args, **kwargs, **more)

        return shaken_sum(product, (a, b), self._function.__name__, out)


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
    integers, mantissa, _, _ = _KINDS[value.dtype]
    k = _moves(np.asarray(value), operation, mantissa, integers)
    with np.errstate(all="ignore"):
        new = value + k * np.finfo(value.dtype).eps / 2 * np.abs(value).max(initial=0)
    new = np.where(np.isfinite(new), new, value).astype(value.dtype)
    if operation in ("eigvalsh", "svdvals"):
        new = np.sort(new)[:: 1 if operation == "eigvalsh" else -1]
    return new[()] if isinstance(value, np.generic) else new


class ShakenNorm(Shaken):
    def __call__(self, x, *args, **kwargs):
        result = self._function(x, *args, **kwargs)
        with np.errstate(all="ignore"):
            exact = short(np.square(np.abs(np.asarray(x, dtype=complex)))).all()
        return result if exact else shake(result, "norm")


class ShakenGeomspace(Shaken):
    """The two ends are set exactly."""

    def _shaken(self, result, args, kwargs):
        new = shake(result, "geomspace")
        if new.ndim == 1 and new.size > 1:
            new[0], new[-1] = result[0], result[-1]
        return new


# ---- what cannot be patched, because it is syntax: noise.syntax makes these calls of it

_PRODUCTS = {}


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
    if type(result) is float or _floats(result) or isinstance(result, np.ndarray):
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
        (math, MATH, _math),
    ):
        for name in names:
            if hasattr(module, name):  # an older NumPy lacks a few
                _raw[module.__name__ + "." + name] = getattr(module, name)
                setattr(module, name, kind(getattr(module, name)))
    for name, function in syntax.CALLS.items():
        setattr(builtins, name, function)
    syntax.install()
