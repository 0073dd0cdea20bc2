"""What a formula is written with: names, signs and numbers, each as plain text, as LaTeX and as Python's source."""

from dataclasses import dataclass
from decimal import Decimal


class Symbol(str):
    """A piece of a formula, or a whole one: the string is its plain text, `latex` the same for MathJax."""

    def __new__(cls, text, latex=""):
        symbol = super().__new__(cls, text)
        symbol.latex = latex
        return symbol


class Constant(Symbol):
    """A number that belongs to the formula, such as the slope of a leaky ReLU: it is no name of a number."""


@dataclass(frozen=True)
class Pick:
    """A formula with two branches: `above` where `what` > `at`, else `below`; each a tuple of parts, `at` a Constant.

    Printed is the branch that is taken; `note` tells why.
    """

    what: tuple
    at: Constant
    above: tuple
    below: tuple

    def branch(self, evaluate):
        """(the parts of the branch that is taken, why); `evaluate` gives the number that parts stand for."""
        above = evaluate(self.what) > Decimal(self.at)
        what, (sign, latex) = joined(self.what), (">", ">") if above else ("<=", r"\le")
        why = Symbol(f"{what} {sign} {self.at}", f"{what.latex} {latex} {self.at.latex}")
        return (self.above if above else self.below), why


NAMES = {  # {0}: the letter of a unit or of a parameter; {1}: its number; {2}: the same, in braces if it needs them
    "": ("{0}{1}", "{0}_{{{1}}}"),
    "b": ("b({0}{1})", "b_{{{0}_{2}}}"),
    "z": ("z({0}{1})", "z_{{{0}_{2}}}"),
    "s": ("s({0}{1})", "s_{{{0}_{2}}}"),
    "a": ("a({0}{1})", "a_{{{0}_{2}}}"),
    "E": ("E({0}{1})", "E_{{{0}_{2}}}"),
    "g'": ("g'({0}{1})", "g'(z_{{{0}_{2}}})"),
    "delta": ("delta({0}{1})", r"\delta_{{{0}_{2}}}"),
}
SIGNS = {  # as text, as LaTeX, and as source where that is not the text
    "+": (" + ", " + "),
    "-": (" - ", " - "),
    "minus": ("-", "-"),
    "*": ("*", r" \cdot "),
    "/": ("/", "/"),
    "(": ("(", "("),
    ")": (")", ")"),
    "0": ("0", "0"),
    "1": ("1", "1"),
    "2": ("2", "2"),
    "half": ("1/2*", r"\tfrac{1}{2}\,", "half*"),
    ")square": (")**2", ")^2"),
    "square": ("**2", "^2"),
    "sigmoid(": ("1/(1 + exp(-", r"\frac{1}{1 + e^{-"),
    ")sigmoid": ("))", "}}"),
    "exp(": ("exp(", "e^{"),
    ")exp": (")", "}"),
    "frac(": ("", r"\frac{", "("),
    "over(": ("/(", "}{", ")/("),
    ")frac": (")", "}"),
    "ln(": ("ln(", r"\ln("),
    "tanh(": ("tanh(", r"\tanh("),
    "max(": ("max(0, ", r"\max(0,\,", "positive("),
    "abs(": ("abs(", r"\left|"),
    ")abs": (")", r"\right|"),
    "sign(": ("sign(", r"\operatorname{sign}("),
    "erfc(": ("erfc(-", r"\operatorname{erfc}(-"),
    "/root2": ("/sqrt(2)", r"/\sqrt{2}", "/root2"),
    "bell(": ("exp(-", "e^{-"),
    ")bell": ("**2/2)/sqrt(2*pi)", r"^2/2} / \sqrt{2\pi}", "**2/2)/root2pi"),
}
SOURCES = {sign: forms[-1] if len(forms) == 3 else forms[0] for sign, forms in SIGNS.items()}
SIGNS = {sign: Symbol(*forms[:2]) for sign, forms in SIGNS.items()}
TOTAL, RATE = Symbol("E", "E"), Symbol("alpha", r"\alpha")


def named(kind, letter, k, example=""):
    """The name of one number: kind "z", letter "h", k 1 gives z(h1); with an example, 2, z(h1)[2]."""
    text, latex = NAMES[kind]
    name = Symbol(text.format(letter, k), latex.format(letter, k, k if k < 10 else f"{{{k}}}"))
    return of_example(name, example)


def of_example(name, example):
    """The name of the same number in one example of several."""
    return Symbol(f"{name}[{example}]", f"{name.latex}^{{[{example}]}}") if example else name


def slope_of(name, cost="E"):
    """The name of the derivative of the loss, E, or of the mean loss, C, with respect to the parameter `name`."""
    return Symbol(f"d{cost}/d{name}", rf"\frac{{\partial {cost}}}{{\partial {name.latex}}}")


def new(name):
    """The name of the parameter `name` after the step."""
    return Symbol(f"new {name}", f"{name.latex}^{{\\text{{new}}}}")


def constant(x):
    """A number of the formula itself, with all its digits."""
    x = Decimal(repr(x).removesuffix(".0"))
    text = in_brackets(in_latex(short(x) or _exponential(f"{x:e}")))
    return Constant(text, text.latex)


def joined(parts):
    """The parts, symbols and keys of SIGNS, as one symbol."""
    parts = [part if isinstance(part, Symbol) else SIGNS[part] for part in parts]
    return Symbol("".join(parts), "".join(part.latex for part in parts))


def source(parts, write=lambda name: f"v[{name!r}]"):
    """The parts as an expression of Python, in which v["z(h1)"] is the number z(h1); `write` may write it otherwise."""
    return "".join(_source(part, write) for part in parts)


def _source(part, write):
    if isinstance(part, Pick):
        what, above, below = (source(parts, write) for parts in (part.what, part.above, part.below))
        return f"pick({what}, num('{part.at}'), {above}, {below})"
    if isinstance(part, Constant):
        return f"num('{part.strip('()')}')"
    return write(str(part)) if isinstance(part, Symbol) else SOURCES[part]


def names_in(parts):
    """The names that stand in the parts, in their order."""
    for part in parts:
        if isinstance(part, Pick):
            yield from names_in((*part.what, *part.above, *part.below))
        elif isinstance(part, Symbol) and not isinstance(part, Constant):
            yield part


def added(terms):
    """The parts of a sum: those of its terms, with a plus between them."""
    parts = [part for term in terms for part in ("+", *term)]
    return parts[1:]


def in_latex(number):
    """The text of a number, such as 1.5e-05, as a symbol."""
    digits, e, exponent = number.partition("e")
    return Symbol(number, rf"{digits} \times 10^{{{int(exponent)}}}" if e else number)


def in_brackets(number):
    """A number as it stands in a formula: with brackets if it is below 0."""
    return joined(["(", number, ")"]) if number.startswith("-") else number


# ----- numbers


def number(x, digits=9):
    """x with `digits` decimals; where they would be few, with `digits` significant ones: a string, with `latex`.

    Few are they below 10^(-digits/3), which is 0.001 for nine digits. x: a float or a Decimal.
    """
    size, least = abs(x), Decimal(10) ** (-Decimal(digits) / 3)
    if size == 0 or size >= least:
        return in_latex(f"{x:z.{digits}f}")
    if size >= Decimal("0.001"):
        return in_latex(f"{x:.{digits - 1 - _exponent(x)}f}")
    return in_latex(_exponential(f"{x:.{digits - 1}e}"))


def short(x):
    """The Decimal x as it was given, if that is at most six decimals or seven digits; else None."""
    plain = format(x, "f")
    if len(plain.partition(".")[2]) <= 6 and (x == 0 or abs(x) >= Decimal("0.001")):
        return plain
    if len(x.as_tuple().digits) <= 7:
        return _exponential(f"{x:e}")
    return None


def _exponent(x):
    return int(f"{x:e}".partition("e")[2])


def _exponential(text):
    """1.5e-5 as Python writes it for a float, 1.5e-05."""
    digits, _, exponent = text.partition("e")
    return f"{digits}e{'-' if int(exponent) < 0 else '+'}{abs(int(exponent)):02d}"
