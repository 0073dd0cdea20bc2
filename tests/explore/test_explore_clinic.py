"""The clinic by the data it draws and by what it says."""

import itertools

import numpy as np
import pytest
from test_explore import boxes
from thorough import THOROUGH

import bpcourse as bp
from bpcourse.explore.clinic import NOT_YET, TELL
from bpcourse.explore.instruments import ARRAYS, BINS, ERRORS, LOSSES, RATIOS
from bpcourse.patients import COUNT, FAULTS, TICKS, patient, words
from bpcourse.patients.patient import fault_of

CLINIC = bp.explore.clinic()
NUMBERS = range(1, COUNT + 1, 1 if THOROUGH else 12)


def move(**values):
    scene = CLINIC.move(**CLINIC.settings(**values))
    return scene, [label.text for label in scene.labels]


def first_with(fault, start=1, **fields):
    """The number of the first patient with this fault and these fields of its case."""
    return next(
        number
        for number in range(start, COUNT + 1)
        if fault_of(number) == fault and all(getattr(patient(number).case, k) == v for k, v in fields.items())
    )


def logs(values):
    with np.errstate(divide="ignore"):
        return np.log10(np.asarray(values, dtype=float))


@pytest.mark.parametrize("number", [1, 2, 5])
def test_curves_are_those_of_the_record_up_to_the_step(number):
    step, record = 60, patient(number).record
    _, texts = move(patient=number, step=step)
    i = TICKS.index(step)
    for line, values in zip(CLINIC.curves.lines, (record.train, record.test), strict=True):
        x, y = line.get_data()
        assert list(x) == list(TICKS[: i + 1])
        np.testing.assert_allclose(y, logs(values[: i + 1]))
    np.testing.assert_allclose(CLINIC.curves.batch.get_ydata(), logs(record.batch_loss[: step + 1]))
    np.testing.assert_allclose(CLINIC.curves.chance.get_ydata(), logs([record.chance] * 2))
    for layer, line in enumerate(CLINIC.curves.layers, start=1):
        np.testing.assert_allclose(line.get_data()[1], logs(record.ratio[layer][:step]))
    for end, (low, high) in zip(CLINIC.curves.ends, [LOSSES] * 2 + [RATIOS] * 3, strict=True):
        (x,), (y,) = end.get_data()
        assert x == step and low <= y <= high
    assert f"{100 * record.right[i]:.0f} %" in texts and f"{record.seen[step]} of 240" in texts


def test_histograms_are_those_of_the_activations_and_deltas():
    number = first_with("healthy", activation="relu")
    move(patient=number, step=100)
    record = patient(number).record
    i = TICKS.index(100)
    _, a = record.trained(i)
    for layer, bars in enumerate(CLINIC.histograms.bars[:2], start=1):
        heights = bars.get_ydata().reshape(-1, 3)[:, 1]
        inside, _ = np.histogram(np.clip(a[layer], BINS[0], BINS[-1]), BINS)
        np.testing.assert_allclose(heights**2, inside / a[layer].size)
    delta = record.moments[i].passed[2]
    for layer, (bars, zero) in enumerate(zip(CLINIC.histograms.bars[2:], CLINIC.histograms.zeros, strict=True), 1):
        shares = bars.get_ydata().reshape(-1, 3)[:, 1] ** 2
        share = zero.get_ydata()[1] ** 2
        assert share == pytest.approx(np.mean(delta[layer] == 0)) and shares.sum() + share == pytest.approx(1)
    assert np.mean(delta[1] == 0) > 0.2  # ReLU


@pytest.mark.parametrize("fault", ["transposed", "sign", "healthy"])
def test_dots_of_the_check_stand_at_the_errors_and_a_factor_above_those_that_fail(fault):
    number = first_with(fault)
    _, texts = move(patient=number, step=0)
    check = patient(number).record.check(0)
    for line, fails in ((CLINIC.check.wrong, True), (CLINIC.check.right, False)):
        x, y = line.get_data()
        assert [ARRAYS[int(k)] for k in x] == [name for name in ARRAYS if (check[name].error > 1e-4) == fails]
        np.testing.assert_allclose(y, np.clip(logs([check[ARRAYS[int(k)]].error for k in x]), *ERRORS))
    assert ("×−1" in texts) == (fault == "sign")


def test_what_goes_in_is_the_batch_and_the_test_part():
    number = first_with("not_shuffled")
    _, texts = move(patient=number, step=0)
    X, labels = patient(number).record.batch(0)
    for line, part in zip(CLINIC.inputs.dots, (X, patient(number).record.program.X_test), strict=True):
        np.testing.assert_allclose(np.sinh(line.get_ydata()) / 2, part.mean(axis=0), atol=1e-12)
    heights = CLINIC.inputs.counts.get_ydata().reshape(-1, 3)[:, 1]
    assert heights.tolist() == np.bincount(labels, minlength=patient(number).record.classes).tolist()
    assert heights.max() == 32  # one class


@pytest.mark.parametrize("number", NUMBERS)
def test_nothing_gives_a_fault_away_before_it_is_named_and_then_all_texts_have_room(number):
    one, plain = patient(number), None
    for step in (0, 20, 300):
        scene, texts = move(patient=number, step=step)
        said = " ".join([*texts, scene.status])
        assert one.fault not in said and words.name(one.fault) not in said and words.FAULTS[one.fault][1] not in said
        plain = plain or [text for text in texts if text.startswith("What is wrong")]
        assert plain and set(plain) <= set(texts)
    for diagnosis in (TELL, *FAULTS):
        scene, _ = move(patient=number, step=300, diagnosis=diagnosis)
        assert len(scene.status) <= 180, scene.status
        for (text, a), (other, b) in itertools.combinations(boxes(CLINIC, scene.labels), 2):
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (diagnosis, text, other)
        assert min(label.y for label in scene.labels) > 16


def said(**values):
    """The lines at the foot, as one text, and the state in words."""
    scene, _ = move(**values)
    return " ".join(label.text for label in scene.labels if label.x == 24), scene.status


@pytest.mark.parametrize("number", [3, 14])
def test_a_diagnosis_is_judged_and_who_gives_up_is_told(number):
    one = patient(number)
    for guess in FAULTS:
        text, status = said(patient=number, diagnosis=guess)
        assert text == one.judge(guess).text
        assert (". Yes: " in status) == (guess == one.fault) and (". No. " in status) == (guess != one.fault)
    text, status = said(patient=number, diagnosis=TELL)
    assert words.name(one.fault) in text and words.name(one.fault) in status


def test_a_touch_goes_to_a_step_and_to_the_next_patient():
    scene, _ = move(patient=COUNT, step=20, diagnosis=TELL)
    following, loss, ratio = scene.targets
    assert following.sets(0, 0) == {"patient": 1, "diagnosis": NOT_YET, "step": 0}
    for target, ax in ((loss, CLINIC.curves.loss), (ratio, CLINIC.curves.ratio)):
        x, y = CLINIC.pixels(ax, 148, 0)
        assert target.sets(x, y) == {"step": 150} and (x, y) in target


def test_a_run_that_overflows_ends_there():
    number, clinic = first_with("gradient_added"), bp.explore.clinic()
    record = patient(number).record
    moments = record.moments
    record.moments, record.overflow = moments[: TICKS.index(30) + 1], 37
    try:
        assert not clinic.move(patient=number, step=20, diagnosis=NOT_YET).ended
        scene = clinic.move(patient=number, step=200, diagnosis=NOT_YET)
        assert scene.ended and scene.labels[0].text == f"Patient {number}, after 30 steps: overflow in step 37"
        assert clinic.curves.lines[0].get_xdata()[-1] == 30
    finally:
        record.moments, record.overflow = moments, None
