"""Dropout, forward and backward, with a mask that is given."""

import numpy as np

from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import slope

from .common.edits import edited, slips, solution
from .common.entrywise import SHAPES, any_shape
from .common.right_in_part import each_part, first_rows

PROGRAM = solution("dropout")
OUT, MESSAGE, FACTOR = "A * factor", "back * factor", "kept / (1 - drop) if training else 1.0"
_ALL_KEPT, _NONE_KEPT = 4, 5  # cases


def _case(rng, shape, drop, training, zeros=True):
    A = rng.normal(size=shape)
    if zeros:
        A = np.where(rng.random(shape) < 0.3, 0.0, A)
    kept = (rng.random(shape) >= np.clip(drop, 0.2, 0.7)).astype(float)
    return {"A": A, "back": rng.normal(size=shape), "kept": kept, "drop": drop, "training": training}


def inputs(rng):
    cases = [_case(rng, shape, float(rng.uniform(0.55, 0.8)) - 0.5 * (i % 2), True) for i, shape in enumerate(SHAPES)]
    for case in cases[:3]:  # an entry that is 0 and kept, one that is not 0 and dropped, and one of both
        case["A"].flat[:4], case["kept"].flat[:4] = (0.0, 1.3, -0.8, 0.0), (1.0, 0.0, 1.0, 0.0)
    cases[_ALL_KEPT]["kept"][...], cases[_NONE_KEPT]["kept"][...] = 1.0, 0.0
    cases[6]["back"][::2] = 0.0
    testing = [_case(rng, shape, float(rng.uniform(0.1, 0.8)), False) for shape in ((4, 3), (5,), (1,), (2, 3, 2))]
    cases += [_case(rng, shape, drop, True) for shape, drop in (((3, 4), 0.0), ((6,), 0.95), ((4, 4), 0.5))]
    return [*cases, *testing]


def wide(rng):
    drop = float(rng.choice([0.0, 0.5, rng.uniform(0, 0.95)]))
    return _case(rng, any_shape(rng), drop, bool(rng.random() < 0.7), bool(rng.random() < 0.7))


def _forward(A, kept, drop, training):
    """Entry by entry."""
    out = [a / (1 - drop) if k else 0.0 * a for a, k in zip(A.ravel(), kept.ravel(), strict=True)]
    return np.array(out).reshape(A.shape) if training else A


def truth(A, back, kept, drop, training):
    """The message by complex steps of back * out, entry by entry: no backward pass in it."""
    return _forward(A, kept, drop, training), slope(lambda x: back * _forward(x, kept, drop, training), A)


def by_index(A, back, kept, drop, training):
    if not training:
        return A, back
    out, message = np.zeros(A.shape), np.zeros(A.shape)
    those = kept == 1
    out[those], message[those] = A[those] / (1 - drop), back[those] / (1 - drop)
    return [out, message]


def by_choice(A, back, kept, drop, training):
    if training is False:
        return A.copy(), back.copy()
    return tuple(np.where(kept.astype(bool), part / (1 - drop), 0) for part in (A, back))


slip, alone = slips(PROGRAM), slips(PROGRAM, alone=True)


def out(name, new, message):
    return alone(name, f"`out` {message}", (OUT, new))


def message(name, new, text):
    return alone(name, f"`message` {text}", (MESSAGE, new))


def both(name, new, text):
    return slip(name, text, (FACTOR, new))


EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"out": 1, "message": 2},
    passed="Both are right: who sits out on the way forward gets no message either, and in use nobody sits out.",
    shapes={"A": "...", "back": "...", "kept": "..."},
    room={
        "training = False": lambda case: not case["training"],
        "drop = 0": lambda case: case["drop"] == 0,
        "a drop above 1/2": lambda case: case["drop"] > 0.5,
        "an entry of A that is 0 and kept": lambda case: bool(((case["A"] == 0) & (case["kept"] == 1)).any()),
        "nobody who sits out": lambda case: bool(case["kept"].all()),
        "all sitting out": lambda case: not case["kept"].any(),
        "a single entry": lambda case: case["A"].size == 1,
        "more than three dimensions": lambda case: case["A"].ndim > 3,
        "more than 100 entries": lambda case: case["A"].size > 100,
    },
    wide=wide,
    ask={
        "out": "Take one entry that is kept and one that sits out: what should come on, while training and in use?",
        "message": "By what was an entry multiplied on its way forward, and so, by what is its message multiplied?",
    },
    misconceptions=(
        message("kept_from_out", "back * ((A * factor != 0) / (1 - drop) if training else 1.0)", "is 0 wherever `out` "
                "is 0. Can an entry be kept and be 0 all the same?"),
        message("kept_from_out_in_use", "back * (A * factor != 0) * (1 / (1 - drop) if training else 1.0)", "is 0 "
                "wherever `out` is 0, in use, too. Can an entry be kept and be 0 all the same?"),
        message("mask_missing", "back / (1 - drop) if training else back", "passes where an entry sat out. Does the "
                "loss feel an entry that has been set to 0?"),
        message("message_unchanged", "back", "is `back` as it came. What happened to each entry on its way forward?"),
        message("scale_missing_in_message", "back * kept if training else back", "has the mask, and not the division. "
                "By what was a kept entry multiplied on its way forward?"),
        message("scaled_twice_in_message", "back * (kept / (1 - drop) ** 2 if training else 1.0)", "is divided by 1 - "
                "`drop` twice. By what was a kept entry multiplied on its way forward?"),
        message("reverse_for_derivative", "back * (kept * (1 - drop) if training else 1.0)", "is multiplied by 1 - "
                "`drop` where it should be divided. Is a backward pass the reverse of the forward pass, or its "
                "derivative?"),
        message("message_times_A", "back * A * factor", "is multiplied by `A`, too. What is the derivative of A times "
                "a factor in A?"),
        message("message_of_the_output", "A * factor", "is `out` again. What comes back to the layer?"),
        message("factor_alone", "0 * back + factor", "is the derivative of `out` in `A`. What becomes of `back`?"),
        message("reversed_in_message", "back * ((1 - kept) / (1 - drop) if training else 1.0)", "passes exactly where "
                "the entry sat out. Where does the loss feel a nudge of A?"),
        message("dropped_in_use", "back * kept / (1 - drop)", "has the mask of a training step in use, too. What "
                "happens to the entries when `training` is False?"),
        message("message_sign", "-back * factor", "has the wrong sign. Is the message a derivative, or a step "
                "downhill?"),
        out("scale_missing", "A * kept if training else A", "has the mask, and not the division by 1 - `drop`. How "
            "large is it on average, compared with `A`?"),
        out("kept_ignored", "A / (1 - drop) if training else A", "keeps everything. What becomes of an entry that "
            "sits out?"),
        out("left_on_in_use", "A * kept / (1 - drop)", "has entries that sit out when `training` is False. What "
            "happens to the entries then?"),
        both("left_on", "kept / (1 - drop)", "Dropout stays on when `training` is False. Should two answers of the "
             "same network differ by luck?"),
        both("classical", "kept if training else 1 - drop", "That is dropout of the older kind: no division while "
             "training, and a network in use that multiplies by 1 - `drop`. Which of the two does the task ask for?"),
        both("scaled_in_use", "kept / (1 - drop) if training else 1 - drop", "In use everything is multiplied by 1 - "
             "`drop`. What has the division while training made unnecessary?"),
        both("divided_in_use", "kept / (1 - drop) if training else 1 / (1 - drop)", "In use everything is divided by 1 "
             "- `drop`. How large should `out` be, compared with `A`?"),
        both("scale_missing_in_both", "kept if training else 1.0", "The mask is there, and the division by 1 - `drop` "
             "is not. How large is `out` on average, compared with `A`?"),
        both("mask_ignored_in_both", "1 / (1 - drop) if training else 1.0", "Nobody sits out. Where does `kept` "
             "come in?"),
        both("always_off", "1.0", "Nobody sits out, not even while training. Where does `kept` come in?"),
        both("divided_by_drop", "kept / (drop or 1) if training else 1.0", "You divide by `drop`. Is that the "
             "probability of being kept, or of sitting out?"),
        both("mask_reversed", "(1 - kept) / (1 - drop) if training else 1.0", "Those who are kept and those who sit "
             "out have changed places. What does a 1 in `kept` say?"),
        both("reversed_flag", "1.0 if training else kept / (1 - drop)", "Entries sit out in use, and none does while "
             "training. When is dropout at work?"),
        both("multiplied", "kept * (1 - drop) if training else 1.0", "What is kept is multiplied by 1 - `drop`, so it "
             "gets smaller still. What should make up for those who sit out?"),
        both("share_of_the_mask", "kept / max(kept.mean(), 1e-9) if training else 1.0", "You divide by the share that "
             "`kept` happens to have. By what does the task divide?"),
    ),
    right=(
        by_index,
        by_choice,
        lambda A, back, kept, drop, training: [x * (1 - training + training * kept / (1 - drop)) for x in (A, back)],
    ),
    wrong=(
        edited(PROGRAM, ("return A * factor, back * factor", "return back * factor, A * factor")),
        edited(PROGRAM, ("* factor, back", "* (np.random.default_rng(0).random(A.shape) >= drop), back")),
        edited(PROGRAM, (FACTOR, "kept / (1 - drop) if training and drop > 0.1 else 1.0")),
        edited(PROGRAM, (FACTOR, "kept / 0.5 if training else 1.0")),
        edited(PROGRAM, (FACTOR, "kept / max(1 - drop, 0.1) if training else 1.0")),
        edited(PROGRAM, (OUT, "np.maximum(A, 0) * factor")),
        edited(PROGRAM, (MESSAGE, "np.clip(back * factor, -2, 2)")),
        edited(PROGRAM, ("    factor", "    A *= kept\n    factor")),
        each_part(edited(PROGRAM), np.squeeze),
        each_part(edited(PROGRAM), np.transpose),
        first_rows(edited(PROGRAM)),
    ),
)  # fmt: skip
