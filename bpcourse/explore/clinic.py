"""Explorer: the clinic. A patient, a program with one hidden fault or none, trains; its instruments; a diagnosis."""

import textwrap
from functools import lru_cache, partial

from matplotlib.patches import FancyBboxPatch

from ..patients import COUNT, TICKS, patient
from ..patients.program import UNITS
from ..patients.record import WRONG
from ..patients.words import FAULTS, name
from ..plots.style import ACCENT, BETWEEN_UNITS, FORWARD, GREY, INK, PANEL, WIDTH
from ..text import listed
from .base import Explorer, Label, Scene, Target, add_line
from .controls import Choice, Slider, choices
from .instruments import Curves, GradientCheck, Histograms, Inputs
from .settings import three_digits

NOT_YET, TELL = "none", "tell"
ASK = (
    "What is wrong with this program, if anything? Step through the run and read the instruments. Then name the fault "
    "in the list “diagnosis”: you are told what speaks for it or against it. Dashed: the loss of chance, a ratio of "
    "0.001, the range of the activation, an error of 0.0001. Pale: the loss of the batch. A grey bar: exactly 0."
)
COLUMNS, LINE, FOOT = 112, 17, 102  # of the verdict: characters in a line, CSS pixels from one to the next, its height


class Clinic(Explorer):
    """A program that trains with a hidden fault: its instruments, and your diagnosis (chapter `debugging`)."""

    name = "The clinic"
    height = 624
    moves = ("patient", "step")
    sliders = {
        "step": Slider("step", choices(TICKS), 0, play=120),
        "patient": Slider("patient", choices(range(1, COUNT + 1)), 1),
        "diagnosis": Choice(
            "diagnosis",
            (("not yet", NOT_YET), *((text, key) for key, (text, _) in FAULTS.items()), ("I give up: tell me", TELL)),
            NOT_YET,
        ),
    }
    still = {"step": 100}

    def background(self):
        page = self.page(zorder=-1)
        box = FancyBboxPatch((10, 8), WIDTH - 20, FOOT - 8, boxstyle="round,pad=0,rounding_size=8", fc=PANEL, ec="none")
        page.add_patch(box)
        for x, colour, marker, word in ((50, FORWARD, "o", "batch"), (110, ACCENT, "s", "test")):
            page.plot([x], [126], marker=marker, color=colour, ms=6)
            page.text(x + 8, 126, word, va="center", fontsize=9)
        self.curves = Curves(self, (44, 440, 250, 108), (470, 440, 210, 108))
        activations = [(16 + 140 * k, 290, 112, 84) for k in (0, 1)]
        deltas = [(306 + 100 * k, 290, 88, 84) for k in (0, 1, 2)]
        self.histograms = Histograms(self, activations, deltas)
        self.check = GradientCheck(self, (642, 290, 146, 84))
        self.inputs = Inputs(self, (44, 140, 216, 84), (306, 140, 150, 84))
        self.panels = (self.curves.loss, self.curves.ratio)
        self.cursor = [add_line(ax, color=BETWEEN_UNITS, lw=1.2, zorder=1) for ax in self.panels]
        parts = (self.curves, self.histograms, self.check, self.inputs)
        return [*self.cursor, *(artist for part in parts for artist in part.moving)]

    def move(self, step, patient, diagnosis):
        one = _patient(patient)
        record = one.record
        i = record.at(step)
        now = record.moments[i].step
        for ax, line in zip(self.panels, self.cursor, strict=True):
            line.set_data([now, now], ax.get_ylim())
        self.histograms.show(record, i)
        ended = record.overflow is not None and now == record.last.step
        title = f"Patient {patient}, after {now} steps" + f": overflow in step {record.overflow}" * ended
        labels = [
            Label(16, 606, title, INK, 12, "lm", bold=True),
            Label(784, 606, "next patient ▸", ACCENT, 11, "rm", bold=True),
            Label(16, 584, one.about, GREY, 10, "lm"),
            *self.curves.show(record, i),
            *self.check.show(record, i),
            *self.inputs.show(record, i),
            *_facts(record, i),
            *_verdict(one, diagnosis),
        ]
        following = {"patient": patient % COUNT + 1, "diagnosis": NOT_YET, "step": 0}
        targets = (
            Target((676, 594, 116, 24), lambda x, y: following, "the next patient"),
            *(
                Target(self._around(ax), partial(self._to_step, ax), "drag along a curve: that step")
                for ax in self.panels
            ),
        )
        return Scene(labels, _status(one, record, i, diagnosis), targets=targets, ended=ended and step > now)

    def _around(self, ax):
        (x0, y0), (x1, y1) = (self.pixels(ax, x, y) for x, y in zip(ax.get_xlim(), ax.get_ylim(), strict=True))
        return (x0 - 12, y0, x1 - x0 + 24, y1 - y0)

    def _to_step(self, ax, x, y):
        return self.nearest(step=self.point(ax, x, y)[0])


@lru_cache(maxsize=1)
def _patient(number):
    return patient(number)


def _facts(record, i):
    """What the instruments say in numbers, beside what goes in."""
    one, two = record.asked_twice(i)
    facts = [
        ("right, of training", f"{100 * record.right[i]:.0f} %"),
        ("right, of the test", f"{100 * record.right_test[i]:.0f} %"),
        ("least loss of an example", three_digits(record.least(i))),
        ("test loss, asked twice", f"{three_digits(one)}, {three_digits(two)}"),
        ("rows used so far", f"{record.seen[record.moments[i].step]} of {len(record.program.X)}"),
    ]
    if record.program.case.rule == "adam":
        facts.append(("largest move in step 1", f"{three_digits(record.move)} (usual: {record.alpha:g})"))
    dead = [f"{round(share * UNITS)}" for share in record.dead(i).values()]
    facts.append(("dead units, layers 1 and 2", f"{listed(dead)} of {UNITS}"))
    for k, (what, value) in enumerate(facts):
        y = 236 - 18 * k
        yield Label(492, y, what, GREY, 9.5, "lm")
        yield Label(784, y, value, INK, 9.5, "rm", bold=True)


def _verdict(one, diagnosis):
    """The lines at the foot: what is asked, or what is said of the diagnosis."""
    text, colour = ASK, GREY
    if diagnosis == TELL:
        text, colour = one.reveal(), INK
    elif diagnosis != NOT_YET:
        verdict = one.judge(diagnosis)
        text, colour = verdict.text, ACCENT if verdict.right else INK
    for k, line in enumerate(textwrap.wrap(text, COLUMNS, break_on_hyphens=False)):
        yield Label(24, FOOT - 18 - LINE * k, line, colour, 9.5, "lm")


def _status(one, record, i, diagnosis):
    """The state in words: what the instruments say, or what decides about the diagnosis."""
    where = f"Patient {one.number}, step {record.moments[i].step}"
    if diagnosis == TELL:
        return f"{where}. It is this: {name(one.fault)}."
    if diagnosis != NOT_YET:
        verdict = one.judge(diagnosis)
        if verdict.right:
            return f"{where}. Yes: {name(one.fault)}."
        return f"{where}. No. {verdict.brief}"
    wrong = [name for name, check in record.check(i).items() if check.error > WRONG]
    check = f"fails in {listed(wrong)}" if wrong else "passes"
    losses = f"loss {three_digits(record.train[i])} in training, {three_digits(record.test[i])} in the test"
    return f"{where}: {losses}, chance {three_digits(record.chance)}. The gradient check {check}."
