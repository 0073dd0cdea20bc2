"""Numbers as a reader sees them: with a real minus, a zero without a sign, no useless zeros in an exponent."""

import re

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def minus(text):
    """The text with a minus for each hyphen."""
    return text.replace("-", "−")


def listed(words):
    """a; a and b; a, b and c."""
    *first, last = map(str, words)
    return f"{', '.join(first)} and {last}" if first else last


def raised(n):
    """The integer n in small figures above the line."""
    return str(n).translate(_RAISED)


def lowered(n):
    """The integer n >= 0 in small figures below the line."""
    return str(n).translate(_LOWERED)


def number(x, form):
    """x in the format `form`, with a hyphen; what that rounds to zero has no sign."""
    text = format(x, form)
    return text if re.search("[1-9]|inf|nan", text) else text.lstrip("+-")


def short(x, form, least, most=float("inf"), far=".1e"):
    """x in the format `form` if least <= |x| < most or x is 0, else in `far`; with a real minus."""
    text = format(x, form if least <= abs(x) < most or x == 0 else far)
    return minus(re.sub(r"e([+-])0*", lambda match: "e" + match[1].strip("+"), text))
