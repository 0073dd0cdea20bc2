"""From the arrays to a Diagnosis: right or not, and which explanation is said."""

import math
import re

import numpy as np

from . import messages as say
from .facts import Pair, facts, holds, one_sided
from .result import Diagnosis

SAME = 1e-7  # of what an entry is measured against: what is off by less is the same
ZERO = 1e-13  # of the largest entry of all
FLOOR = 1e-2  # of an array's largest entry
SINGLE = 2e-5  # of an array's largest entry, where float32 was at work
NEAR = 5e-3  # of the largest entry: what is off by less is told how many digits are right
ENOUGH = 1 / 2  # of an array's entries: where fewer can be judged, the array is not
ODD = "odd_factor"  # a constant factor that is no small number
TOLD = 3  # statements on parts of a gradient; more are no explanation


def judge(form, came, right, doubt, single, known, value, stories=None):
    """The Diagnosis of a gradient. form: the params, Nested. came: its arrays, of any shapes. right, doubt: vectors
    (all,), with an infinite doubt where nothing is known. known: {"n": ..., "learning_rate": ...}. value: the loss of
    a vector. stories: for a network, a function that gives [(names, message), ...], the best first.
    """
    most = np.abs(right[np.isfinite(doubt)]).max(initial=0.0)
    parts, pairs = map(form.split, (right, doubt, form.vector)), []
    for name, c, r, known_to, theta in zip(form.names, came, *parts, strict=True):
        own = np.abs(r[np.isfinite(known_to)]).max(initial=0.0)
        # What is 0 but for rounding is 0; and a hundredth of the largest entry is what a small one is measured against.
        limit = known_to + SAME * np.maximum(np.abs(r), FLOOR * own) + ZERO * most
        limit = limit + SINGLE * max(own, FLOOR * most) if single else limit
        pairs.append(Pair(name, np.asarray(c, dtype=float), r, limit, theta))
    arrays = {p.name: (True if p.known.mean() >= ENOUGH else None) if p.fine else False for p in pairs}
    numeric = form.build(right)
    wrong = [p for p in pairs if arrays[p.name] is False]
    if not wrong:
        return _right(pairs, arrays, single, numeric, most)
    if not most and stories is None and all(p.fits and p.known.all() for p in pairs):
        return Diagnosis(False, None, say.FLAT, (), arrays, numeric)
    name, also, message = _explained(pairs, wrong, form, known, value, stories, single)
    if name is None:
        equation, message = _in_general(pairs, wrong, known)
        if equation and stories is None:
            message += " " + say.KNOWS_MORE
        return Diagnosis(False, None, message, (), arrays, numeric, equation)
    if also:
        message += " " + say.ALSO.format(names=say.listed(also))
    return Diagnosis(False, name, message, tuple(also), arrays, numeric)


def _right(pairs, arrays, single, numeric, most):
    hidden = [name for name, fine in arrays.items() if fine is None]
    count = sum(int(p.known.sum()) for p in pairs)
    out = sum(p.known.size for p in pairs) - count
    if hidden:
        text = say.AGREES_IN_PART.format(count=count, names=say.listed(hidden))
        return Diagnosis(None, None, text, (), arrays, numeric)
    if single:
        off = max(map(_off, pairs)) / (most or 1)
        text = say.AGREES_SINGLE.format(count=count, digits=min(7, round(-math.log10(max(off, 1e-7)))))
    else:
        text = say.AGREES.format(count=count)
    if out:
        text += " " + say.LEFT_OUT.format(count=out)
    return Diagnosis(True, "noise_of_float32" if single else None, text, (), arrays, numeric)


# ----- what is wrong


def _explained(pairs, wrong, form, known, value, stories, single):
    """(mistake or None, other names, message)."""
    found = {p.name: facts(p, pairs, known) for p in wrong}
    shared = _shared(wrong, found)
    every = len(wrong) == len([p for p in pairs if p.telling])  # an array of zeros shows no factor
    if shared and shared[0] == "factor" and every and _reasons(shared[1], known)[0] != ODD:
        return _one(shared, wrong, pairs, known)
    length = _length(shared, pairs) if every else None
    if length:
        return "norm_clipped", [], say.FACTS["norm_clipped"].format(detail=length)
    told = stories(single, views=False) if stories else []
    if told:
        return _story(told)
    if shared:
        return _one(shared, wrong, pairs, known)
    difference = one_sided(pairs, value, form)
    if difference:
        name, h = difference
        return name, [], say.FACTS[name].format(detail=h)
    groups = _groups(wrong, found)
    if groups is not None and len(groups) <= TOLD:
        ones = [_one(fact, members, pairs, known) for fact, members in groups]
        return " + ".join(dict.fromkeys(name for name, _, _ in ones)), [], " ".join(text for _, _, text in ones)
    told = stories(single, views=True) if stories else []
    return _story(told) if told else (None, [], "")


def _story(told):
    (name, message), *others = told
    return name, [other for other, _ in others], message


def _length(fact, pairs):
    """The length of a gradient that was cut to a round length, or None."""
    if not fact or fact[0] != "factor" or not 0 < fact[1] < 1:
        return None
    length = fact[1] * math.sqrt(sum(float(np.vdot(p.right, p.right)) for p in pairs))
    return float(f"{length:.2g}") if math.isclose(length, float(f"{length:.2g}"), rel_tol=1e-6) else None


def _same(one, other):
    """True if two facts say the same."""
    if one[0] != other[0]:
        return False
    a, b = one[1], other[1]
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-5)
    return a == b


def _shared(wrong, found):
    """A fact that holds of every wrong array, or None."""
    for fact in (fact for p in wrong for fact in found[p.name]):
        if fact[0] not in ("shape", "exchanged") and all(_has(p, fact, found) for p in wrong):
            return fact
    return None


def _has(p, fact, found):
    return any(_same(fact, own) for own in found[p.name]) or holds(p, fact)


def _groups(wrong, found):
    """[(fact, [the arrays of which it holds]), ...] that cover all wrong arrays, or None."""
    left, groups = list(wrong), []
    while left:
        choices = [(fact, p) for p in left for fact in found[p.name] if fact[0] != "shape"]
        if not choices:
            return None
        fact, own = max(choices, key=lambda choice: sum(_has(p, choice[0], found) for p in left))
        members = [own] if fact[0] == "exchanged" else [p for p in left if _has(p, fact, found)]
        groups.append((fact, members))
        left = [p for p in left if p not in members]
    return groups


def _reasons(f, known):
    """The names that a factor may have, the likeliest first."""
    n, rate, names = known.get("n", 1), known.get("learning_rate"), []
    for name, number in (("sign", -1), ("not_averaged", n), ("averaged_twice", 1 / n), ("learning_rate", rate)):
        if number and number != 1 and math.isclose(abs(f) if name == "learning_rate" else f, number, rel_tol=1e-6):
            names.append(name)
    if not names or (names[0] != "sign" and abs(f) in (2, 0.5)):
        plain = any(math.isclose(abs(f), v, rel_tol=1e-6) for k in range(1, 101) for v in (k, 1 / k))
        names.append("constant_factor" if plain else ODD)
    return names


def _one(fact, members, pairs, known):
    """(name, other names, message) of one fact that holds of some arrays."""
    name, detail = fact
    others, text = [], ""
    if name == "factor":
        name, *others = _reasons(detail, known)
        text = say.factor(1 / detail if name == "averaged_twice" else detail)
    elif name == "penalty" and detail < 0:
        name = "penalty_missing"
    if isinstance(detail, float):
        detail = abs(detail)
    names = say.listed([p.name for p in members])
    what = say.EVERYTHING if len(members) == len(pairs) > 1 else say.THE_GRADIENT.format(names=names)
    message = say.FACTS[name].format(what=what, factor=text, detail=detail)
    return "constant_factor" if name == ODD else name, others, message


# ----- where nothing explains it


def _in_general(pairs, wrong, known):
    """(The equation that is suspected, what is known all the same): which arrays, and what that says of the layers."""
    found = {p.name: facts(p, pairs, known) for p in wrong}
    near = [_off(p) / (np.abs(p.right[p.known]).max() or 1) for p in wrong]
    if max(near) < NEAR:
        return None, say.BY_PRECISION.format(digits=round(-math.log10(max(near))))
    equation, place = by_layers(pairs, wrong)
    fine, texts, told = [p.name for p in pairs if p not in wrong], [], []
    if fine and not place.startswith("`"):
        texts.append(say.RIGHT_PARTS.format(names=say.listed(fine), is_=say.ARE if len(fine) > 1 else say.IS))
    for fact, members in _partial(wrong, found):
        told += members
        texts.append(_one(fact, members, pairs, known)[2])
    rest = [p for p in wrong if p not in told]
    if rest:
        names, where = say.listed([p.name for p in rest]), _place(max(rest, key=_off))
        texts.append(say.UNKNOWN_PARTS.format(names=names, has="have" if len(rest) > 1 else "has", difference=where))
    return equation, " ".join([place, *texts] if place else texts)


def _partial(wrong, found):
    """Facts of those arrays that have one."""
    some = [p for p in wrong if any(f[0] != "shape" for f in found[p.name])]
    with_shape = [(found[p.name][0], [p]) for p in wrong if p not in some and found[p.name]]
    return [*(_groups(some, found) or [] if some else []), *with_shape]


def _off(p):
    return np.abs(p.came - p.right)[p.known].max() if p.fits else np.inf


def _place(p):
    off = np.where(p.known, np.abs(p.came - p.right), 0)
    at = np.unravel_index(off.argmax(), off.shape)
    index = f"[{', '.join(map(str, at))}]" if at else ""
    return f"at `{p.name}{index}`, {p.came[at]:.6g} for {p.right[at]:.6g}"


def by_layers(pairs, wrong):
    """(The equation, a sentence): what it says of a network's backward pass which arrays are wrong; or (None, "")."""
    layers = layers_of(pairs)
    if not layers:
        return None, ""
    bad = [i for i, layer in enumerate(layers, start=1) if any(p in wrong for p in layer)]
    names = say.listed([p.name for p in wrong])
    if all(len(layer) == 2 for layer in layers):
        if all(p.right.ndim == 1 for p in wrong):
            return "BP4", say.ONLY_BIASES.format(names=names)
        if all(p.right.ndim == 2 for p in wrong):
            return "BP3", say.ONLY_WEIGHTS.format(names=names)
    top = bad[-1]
    if bad != list(range(1, top + 1)):
        return (None, say.ONE_LAYER.format(layer=top)) if len(bad) == 1 else (None, "")
    if top == len(layers):
        return "BP1", say.AT_OUTPUT
    above = [p.name for p in layers[top]]
    right = say.listed(above) + (f" {say.ARE}" if len(above) > 1 else f" {say.IS}")
    return "BP2", say.BELOW.format(right=right, above=top + 1, layer=top)


def layers_of(pairs):
    """The arrays of each layer, [[Pair, ...], ...] from the first on, where names or order tell; else None."""
    keys = []
    for p in pairs:
        named = re.fullmatch(r"[A-Za-z_]+\[?(\d+)\]?", p.name)
        nested = re.fullmatch(r"\w+\[(\d+)\]\[.+\]", p.name)
        match = named if named and not p.name.startswith("params[") else nested
        keys.append(int(match[1]) if match else None)
    if None in keys:
        if len(pairs) % 2 or any(
            (p.right.ndim, q.right.ndim) != (2, 1) for p, q in zip(pairs[::2], pairs[1::2], strict=False)
        ):
            return None
        keys = [i // 2 for i in range(len(pairs))]
    return [[p for p, k in zip(pairs, keys, strict=True) if k == key] for key in sorted(set(keys))]
