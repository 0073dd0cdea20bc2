"""What a formula is written with: names, signs and numbers, each as plain text and as LaTeX."""


class Symbol(str):
    """A piece of a formula, or a whole one: the string is its plain text, `latex` the same for MathJax."""

    def __new__(cls, text, latex=""):
        symbol = super().__new__(cls, text)
        symbol.latex = latex
        return symbol


NAMES = {  # {0}: the letter of a unit or of a parameter; {1}: its number; {2}: the same, in braces if it needs them
    "": ("{0}{1}", "{0}_{{{1}}}"),
    "z": ("z({0}{1})", "z_{{{0}_{2}}}"),
    "a": ("a({0}{1})", "a_{{{0}_{2}}}"),
    "E": ("E({0}{1})", "E_{{{0}_{2}}}"),
    "g'": ("g'({0}{1})", "g'(z_{{{0}_{2}}})"),
    "delta": ("delta({0}{1})", r"\delta_{{{0}_{2}}}"),
    "dE/d": ("dE/d{0}{1}", r"\frac{{\partial E}}{{\partial {0}_{{{1}}}}}"),
    "new": ("new {0}{1}", r"{0}_{{{1}}}^{{\text{{new}}}}"),
}
SIGNS = {
    "+": (" + ", " + "),
    "-": (" - ", " - "),
    "*": ("*", r" \cdot "),
    "(": ("(", "("),
    ")": (")", ")"),
    "1": ("1", "1"),
    "half_square(": ("1/2*(", r"\tfrac{1}{2}\,("),
    ")half_square": (")**2", ")^2"),
    "sigmoid(": ("1/(1 + exp(-", r"\frac{1}{1 + e^{-"),
    ")sigmoid": ("))", "}}"),
}
SIGNS = {sign: Symbol(*forms) for sign, forms in SIGNS.items()}
TOTAL, RATE = Symbol("E", "E"), Symbol("alpha", r"\alpha")


def named(kind, letter, k):
    """The name of one number: kind "z", letter "h", k 1 gives z(h1)."""
    text, latex = NAMES[kind]
    return Symbol(text.format(letter, k), latex.format(letter, k, k if k < 10 else f"{{{k}}}"))


def joined(parts):
    """The parts, symbols and keys of SIGNS, as one symbol."""
    parts = [part if isinstance(part, Symbol) else SIGNS[part] for part in parts]
    return Symbol("".join(parts), "".join(part.latex for part in parts))


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
