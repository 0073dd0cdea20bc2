"""What is said of a diagnosis: whether it is right, and which instrument says so."""

from typing import NamedTuple

from . import sign_words, words
from .faults import FAULTS, RISES
from .signs import NOTHING, SIGNS, USUAL


class Verdict(NamedTuple):
    """right: whether the diagnosis is; text: the reasons in sentences; brief: what decides, in one."""

    right: bool
    text: str
    brief: str


def allowed(fault, sign):
    """The cases of a sign that a fault explains; None: all."""
    fault = FAULTS[fault]
    return (fault.shows[sign],) if sign in fault.shows else None if sign in fault.open else USUAL[sign]


def signs(record):
    """{sign: (case, numbers)} of a record."""
    return {name: sign(record) for name, sign in SIGNS.items()}


def against(fault, found):
    """The signs of `found` that speak against a fault: first those that it had to show."""
    shows = list(FAULTS[fault].shows)
    said = [sign for sign, (case, _) in found.items() if case not in (NOTHING, *(allowed(fault, sign) or (case,)))]
    # Last what comes of everything: that examples are wrong.
    return sorted(said, key=lambda s: (shows.index(s) if s in shows else len(shows), found[s][0] == "unlearned"))


def explained(fault, found):
    """The signs of `found` that a right program would not show, and that the fault could explain."""
    signs = [sign for sign, case in FAULTS[fault].shows.items() if found[sign][0] == case != "unlearned"]
    case = found["train"][0]
    if case == "worse" and fault in RISES or case == "hardly" and "train" in FAULTS[fault].open:
        signs.append("train")
    return signs


def judge(true, guess, case, found):
    """The Verdict on a guess about a case whose fault is `true`. found: of `signs`."""
    if guess == true:
        seen = sign_words.sentence(reasons(true, found))
        return Verdict(
            True, words.RIGHT.format(name=words.name(true), seen=seen, why=words.FAULTS[true][1]), seen + "."
        )
    if guess in words.CANNOT and getattr(case, words.CANNOT[guess][0]) not in words.CANNOT[guess][1]:
        return Verdict(False, words.NO + words.CANNOT[guess][2], words.CANNOT[guess][2])
    speaks = against(guess, found)
    if not speaks:
        return Verdict(False, words.UNDECIDED, words.UNDECIDED)
    sign, fits = speaks[0], explained(guess, found)
    seen, kind = sign_words.seen(sign, *found[sign]), "healthy" if guess == "healthy" else "fits" if fits else "plain"
    text = words.WRONG[kind].format(
        fits=sign_words.seen(fits[0], *found[fits[0]]) if fits else "",
        name=words.name(guess),
        would=sign_words.would(sign, allowed(guess, sign)[0], found[sign][1]),
        seen=seen,
    )
    return Verdict(False, words.NO + text, sign_words.sentence(seen) + ".")


def reveal(true, found):
    """What is said to somebody who gives up."""
    return words.GIVEN_UP.format(
        name=words.name(true), seen=sign_words.sentence(reasons(true, found)), why=words.FAULTS[true][1]
    )


def reasons(true, found):
    """What shows that the fault is this one, as a clause."""
    shown = list(FAULTS[true].shows) or ["check", "ratio", "train", "test"]
    return "; ".join(sign_words.seen(sign, *found[sign]) for sign in shown)
