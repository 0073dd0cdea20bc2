"""What to say of a wrong answer: the misconception that explains all of it, or else what can be seen of it."""

from . import messages as say
from .answer import argument_names, part_labels, shown
from .compare import agree, describe
from .probe import probe
from .relations import relation


def explain(exercise, function, known, came, good):
    """(the name of a misconception or None, the message).

    known: a Known. came: what the answer gave in each of its cases. good: for every part, whether it is right in all.
    """
    cases, right = known.cases, known.right
    wrong = [i for i, fine in enumerate(good) if not fine]
    far = [i for i in wrong if not _nearly(came, right, i)]
    mistake, seen = _misconception(exercise, known, came, right, far) if far or not wrong else (None, [])
    if _in_another_order(exercise, came, right) and not (mistake and seen == far):
        return "order_of_parts", say.ORDER_OF_PARTS.format(parts=", ".join(exercise.parts))
    if mistake:
        return mistake.name, _named(exercise, mistake, seen, far, cases, came)
    message = _in_general(exercise, function, known, came, right, good)
    names, expected = argument_names(function), list(cases[0])
    if names and any(name in names and names.index(name) != i for i, name in enumerate(expected)):
        message += " " + say.NAMES_DIFFER.format(expected=", ".join(expected), came=", ".join(names))
    return None, message


# ----- a misconception


def _misconception(exercise, known, came, right, wrong):
    """(the misconception that explains everything, the parts that are wrong), or else one that stands alone and
    explains most of them, or (None, []).
    """
    everything = wrong or list(range(len(exercise.parts)))  # nothing is wrong where only an argument was changed
    best, most = None, []
    for mistake in exercise.misconceptions:
        whole, seen = _explained(mistake, known, came, right, wrong)
        if whole:
            return mistake, everything
        if len(seen) > len(most):
            best, most = mistake, seen
    if wrong and len(most) < len(wrong):
        for mistake in exercise.misconceptions:
            if mistake.shows and all(map(mistake.shows, known.cases, came)):
                return mistake, wrong
    return best, most


def _explained(mistake, known, came, right, wrong):
    """(whether the mistake explains everything that came, the wrong parts that it explains if it stands alone)."""
    whole, seen, spoilt = True, list(wrong) if mistake.alone else [], set()
    for i, (c, r) in enumerate(zip(came, right, strict=True)):
        theirs = known.outcome(mistake.wrong, i)
        if not c.like(theirs):
            whole, seen = False, [part for part in seen if c.like(theirs, [part])]
            if not seen:  # most mistakes end here, in the first case
                break
        spoilt |= {part for part in seen if not theirs.like(r, [part])}
    return whole, [part for part in seen if part in spoilt]


def _named(exercise, mistake, seen, wrong, cases, came):
    """The message of a misconception."""
    names = list(exercise.parts)
    parts = say.listed([names[i] for i in seen])
    n = max((len(case[exercise.batch]) for case in cases), default=None) if exercise.batch else None
    message = mistake.message.format(n=n, parts=parts)
    rest = [names[i] for i in wrong if i not in seen]
    if came[0].error:  # it is what one sees first: show it, too
        message += " " + came[0].problem
    elif rest:
        message += " " + (say.REST if len(rest) == 1 else say.RESTS).format(parts=say.listed(rest))
    return message


def _nearly(came, right, i):
    """True if part i fails by its precision alone: then it says nothing about a misconception."""
    return all(c.parts and agree(c.parts[i], r.parts[i]) for c, r in zip(came, right, strict=True))


def _in_another_order(exercise, came, right):
    """True if every part is there and right, but not in its place."""
    if any(outcome.parts is None or outcome.changed for outcome in came):
        return False
    count = range(len(exercise.parts))
    pairs = list(zip(came, right, strict=True))
    places = [
        [i for i in count if all(agree(c.parts[i], r.parts[k], exercise.tolerance) for c, r in pairs)] for k in count
    ]
    return all(places) and set().union(*places) == set(count)  # some parts may be equal


# ----- a mistake that nobody foresaw


def _in_general(exercise, function, known, came, right, good):
    """What can be said all the same."""
    cases = known.cases
    changed = [outcome.changed for outcome in came if outcome.changed and not outcome.error]
    if changed:
        return say.changed(changed[0], right=all(good))
    bad = [bool(outcome.problem) for outcome in came]
    if any(bad):
        wrong_too = [not problem and not _right(exercise, c, r) for problem, c, r in zip(bad, came, right, strict=True)]
        return ("" if any(wrong_too) else _where(exercise, function, cases, bad)) + came[bad.index(True)].problem
    part = good.index(False)
    label = part_labels(tuple(exercise.parts))[part]
    pairs = [(c.parts[part], r.parts[part]) for c, r in zip(came, right, strict=True)]
    bad = [not agree(c, r, exercise.tolerance) for c, r in pairs]
    where = _where(exercise, function, cases, bad)
    if where == say.AGAIN:
        return where
    triples = [(c, r, case) for (c, r), case in zip(pairs, cases, strict=True)]
    sizes = exercise.sizes
    everywhere = relation(triples, label, sizes, exercise.batch)
    if everywhere:  # it holds where the answer is right, too, such as a factor n where n = 1
        return everywhere
    seen = [triple for triple, is_bad in zip(triples, bad, strict=True) if is_bad]
    text = relation(seen, label, sizes, exercise.batch)
    if not text:
        first = bad.index(True)
        text = say.WHERE.format(inputs=shown(cases[first])) + describe(*pairs[first], label[0].lower() + label[1:])
        if not text.endswith("?") and pairs[first][0].shape == pairs[first][1].shape:
            asked = exercise.ask.get(list(exercise.parts)[part], "")
            text += probe(exercise, function, known, first, part) or (asked and f" {asked}")
    return where + text


def _right(exercise, came, right):
    return all(agree(c, r, exercise.tolerance) for c, r in zip(came.parts, right.parts, strict=True))


def _where(exercise, function, cases, bad):
    """What the cases that went wrong have and the others have not, as the beginning of a message; '' if all did."""
    if all(bad):
        return ""
    if bad[-1] and not bad[0]:
        return say.AGAIN
    pairs = list(zip(cases, bad, strict=True))
    fitting = [(text, has) for text, has in _kinds(exercise) if all(bool(has(case)) == b for case, b in pairs)]
    for case, right in exercise.more_cases if fitting else ():  # what a few have in common may be chance
        came = exercise.outcome(function, case)
        is_bad = came.parts is None or not _right(exercise, came, right)
        fitting = [(text, has) for text, has in fitting if _fits(has, case, is_bad)]
        if not fitting:
            break
    return say.WHEREVER.format(what=fitting[0][0]) if fitting else say.LATER_CASE


def _fits(has, case, is_bad):
    try:
        return bool(has(case)) == is_bad
    except (IndexError, ValueError, KeyError):  # a predicate may be made for the sizes of the check's own cases
        return True


def _kinds(exercise):
    """(name, predicate of a case) of what sets cases apart, the most telling first."""
    sizes = exercise.sizes
    yield from ((name, has) for name, has in exercise.room.items() if callable(has))
    symbols = list(dict.fromkeys(axis for axes in exercise.shapes.values() for axis in axes.split() if axis != "..."))
    axes = {name: x.split() for name, x in exercise.shapes.items()}
    shape = {name: f"({', '.join(x)}{',' * (len(x) == 1)})" for name, x in axes.items()}
    said = {s: next(f"`{name}` is {shape[name]}" for name, x in axes.items() if s in x) for s in symbols}
    for s in symbols:
        yield f"{s} = 1, where {said[s]}", lambda case, s=s: sizes(case)[s] == 1
        yield f"{s} > 1, where {said[s]}", lambda case, s=s: sizes(case)[s] > 1
    for s in symbols:
        for t in symbols:
            text = f"{s} < {t}, where {said[s]}" + ("" if said[s] == said[t] else f" and {said[t]}")
            yield text, lambda case, s=s, t=t: sizes(case)[s] < sizes(case)[t]
            yield text.replace("<", "≤", 1), lambda case, s=s, t=t: sizes(case)[s] <= sizes(case)[t]
            yield text.replace("<", "≠", 1), lambda case, s=s, t=t: sizes(case)[s] != sizes(case)[t]
    for name, axes in exercise.shapes.items():
        for k in range(4) if "..." in axes else ():
            yield f"{k} dimension{'' if k == 1 else 's'} of `{name}`", lambda case, name=name, k=k: case[name].ndim == k
