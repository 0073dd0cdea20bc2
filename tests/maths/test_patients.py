"""Patients: the right program against the module's network, and every fault against its instruments."""

import itertools
import re

import numpy as np
import pytest
from thorough import THOROUGH

import bpcourse as bp
from bpcourse.patients import COUNT, FAULTS, STEPS, TICKS, patient, sign_words, verdict, words
from bpcourse.patients.data import KINDS, TEST, TRAINING, data
from bpcourse.patients.patient import LEARNS, case_of, fault_of
from bpcourse.patients.program import BATCH, PENALTY, Case, Program
from bpcourse.patients.program import Program as Right
from bpcourse.patients.record import WRONG, Record, Stack
from bpcourse.patients.signs import NOTHING, SIGNS, USUAL

NUMBERS = range(1, COUNT + 1, 1 if THOROUGH else 15)
SEEDS = range(1000, 1012 if THOROUGH else 1001)
ARRAYS = [f"{kind}{layer}" for layer in (1, 2, 3) for kind in "Wb"]


def case(**fields):
    return Case(**{"data": "clouds", "activation": "tanh", "rule": "momentum", "extra": "", "seed": 3} | fields)


# ----- the data


@pytest.mark.parametrize("kind", KINDS)
def test_data_come_in_two_parts_with_all_classes_and_another_seed_gives_others(kind):
    X, labels, X_test, labels_test = data(kind, 1)
    assert X.shape[0] == len(labels) == TRAINING and X_test.shape[0] == len(labels_test) == TEST
    assert X.shape[1] == X_test.shape[1] == (16 if kind == "digits" else 2)
    for part in (labels, labels_test):
        counts = np.bincount(part)
        assert len(counts) == KINDS[kind][1] and counts.min() > 0.6 * len(part) / len(counts)
    assert (X == data(kind, 1)[0]).all() and not (X == data(kind, 2)[0]).all()
    assert not set(map(tuple, X)) & set(map(tuple, X_test))


# ----- the right program


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_gradient_of_the_right_program_is_that_of_the_network(activation):
    program = Right(case(activation=activation))
    net = bp.Network((2, 8, 8, 4), getattr(bp, activation), bp.identity, bp.cross_entropy)
    for _ in range(5):
        rows = program.next_rows()
        params = net.parameters(program.params.vector)
        trace = net.backward(params, net.forward(params, program.X[rows]), program.labels[rows])
        grads = program.gradients(program.X[rows], program.labels[rows], None)
        np.testing.assert_allclose(grads.vector, trace.grads.vector, rtol=1e-12, atol=1e-15)
        for layer in (1, 2, 3):
            np.testing.assert_allclose(program.passed[2][layer], trace.delta[layer], rtol=1e-12, atol=1e-15)
        program.update(grads)


def test_penalty_adds_its_slope_to_the_weights_alone_and_dropout_goes_back_through_its_mask():
    plain, decayed = Right(case()), Right(case(extra="L2"))
    rows = plain.next_rows()
    one, other = (program.gradients(program.X[rows], program.labels[rows], None) for program in (plain, decayed))
    for layer in (1, 2, 3):
        np.testing.assert_allclose(other.W[layer] - one.W[layer], PENALTY * plain.params.W[layer], atol=1e-15)
        np.testing.assert_array_equal(other.b[layer], one.b[layer])
    program = Right(case(extra="dropout"))
    mask = program.draw_mask(BATCH)
    mask[:, 3] = 0  # a unit that is never there gets nothing
    grads = program.gradients(program.X[rows], program.labels[rows], mask)
    assert not grads.W[2][3].any() and grads.b[2][3] == 0 and not grads.W[3][:, 3].any() and grads.W[2][2].any()


def test_each_epoch_has_every_row_once_but_for_the_last_that_fill_no_batch():
    program = Right(case())
    rows = np.concatenate([program.next_rows() for _ in range(TRAINING // BATCH)])
    assert len(set(rows.tolist())) == len(rows) == TRAINING // BATCH * BATCH
    assert np.sort(rows).tolist() != rows.tolist()


@pytest.mark.parametrize(
    ("activation", "rule", "extra"),
    list(itertools.product(LEARNS, ("momentum", "adam"), ("", "dropout", "L2")))[:: 1 if THOROUGH else 7],
)
def test_a_right_program_learns_whatever_the_case_and_no_sign_is_unusual(activation, rule, extra):
    for kind in LEARNS[activation]:
        record = Record(Program(Case(kind, activation, rule, extra, 77)))
        found = verdict.signs(record)
        assert {sign: found[sign] for sign in found if found[sign][0] not in (NOTHING, *USUAL[sign])} == {}, kind
        assert record.train[-1] < 0.4 * record.chance and record.right_test[-1] > 0.8, kind
        for i in (0, 4, len(TICKS) - 1):
            assert all(not check.error > WRONG for check in record.check(i).values()), (kind, i)


# ----- the record


def test_the_check_of_a_record_says_how_far_a_gradient_is_off():
    record = Record(Program(case(extra="L2")))
    moment = record.moments[3]
    assert moment.step == TICKS[3]
    X, labels = record.batch(3)
    params = {"vector": moment.params.vector}

    def loss(params):
        return record.program.cost(Stack(moment.params.sizes, params["vector"][None]), X, labels)[0]

    report = bp.gradient_check(loss, params, {"vector": moment.grads.vector})
    assert report.max_relative_error < 1e-6
    for factor in (2.0, -1.0, 0.0):
        moment.grads.W[2][...] *= factor
        record.check.cache_clear()
        check = record.check(3)
        assert check["W2"].factor == pytest.approx(factor, abs=1e-5) and check["W2"].rest < 1e-5
        assert check["W2"].error == pytest.approx(abs(factor - 1) / max(abs(factor), 1), rel=1e-5)
        assert all(check[name].error < WRONG for name in ARRAYS if name != "W2")
        if factor:
            moment.grads.W[2][...] /= factor


def test_the_curves_of_a_record_are_those_of_its_moments():
    record = Record(Program(case()))
    program = record.program
    assert [moment.step for moment in record.moments] == list(TICKS) and record.overflow is None
    for i in (0, 3, 20):
        params = record.moments[i].params
        output = program.forward(params, program.X)[1][3]
        assert record.train[i] == pytest.approx(bp.cross_entropy(output, program.labels).mean())
        assert record.right_test[i] == np.mean(
            program.forward(params, program.X_test)[1][3].argmax(axis=1) == program.labels_test
        )
    before, after = record.moments[0].params, record.moments[1].params
    for layer in (1, 2, 3):
        assert record.ratio[layer][0] == pytest.approx(
            np.linalg.norm(after.W[layer] - before.W[layer]) / np.linalg.norm(before.W[layer])
        )
    assert record.move == pytest.approx(np.abs(after.vector - before.vector).max())
    assert len(record.batch_loss) == len(record.seen) == STEPS + 1 and record.seen[:3] == [32, 64, 96]
    assert record.chance == pytest.approx(np.log(4), rel=5e-3)


def test_a_run_whose_numbers_overflow_ends_with_the_last_finite_ones():
    record = Record(FAULTS["gradient_added"].program(case(data="moons", activation="relu")))
    assert 0 < record.overflow <= STEPS and len(record.moments) < len(TICKS)
    assert record.last.step < record.overflow == len(record.ratio[1])
    assert all(np.isfinite(moment.params.vector).all() for moment in record.moments)
    kind, numbers = SIGNS["train"](record)
    assert kind == "worse" and sign_words.seen("train", kind, numbers).endswith(f"overflows in step {record.overflow}")


# ----- faults and their signs

STATED = 3  # times as much, or a third, is what the sign of a fault reads beside that of a right program
FAULTY = [name for name in FAULTS if name != "healthy"]


@pytest.mark.parametrize("name", FAULTY)
def test_what_a_fault_must_show_it_shows_and_its_healthy_twin_does_not(name):
    for seed in SEEDS:
        case = case_of(name, seed)
        ill, well = Record(FAULTS[name].program(case)), Record(Program(case))
        assert verdict.against(name, verdict.signs(ill)) == [], (case, verdict.signs(ill))
        assert verdict.against("healthy", verdict.signs(well)) == [], (case, verdict.signs(well))
        for sign, expected in list(FAULTS[name].shows.items())[:1]:
            (kind, numbers), (usual, others) = SIGNS[sign](ill), SIGNS[sign](well)
            assert (kind, usual) == (expected, USUAL[sign][0]), (case, sign)
            first = next(key for key in numbers if key in others)
            low, high = sorted((abs(numbers[first]), abs(others[first])))
            assert high > STATED * low, (case, sign, first, low, high)


@pytest.mark.parametrize("number", NUMBERS)
def test_of_every_patient_its_fault_explains_all_and_no_other_does(number):
    one = patient(number)
    assert verdict.against(one.fault, one.signs) == []
    for guess in FAULTS:
        said = one.judge(guess)
        assert said.right == (guess == one.fault)
        assert said.text.startswith("Yes: " if said.right else "No. ") and said.text != words.UNDECIDED, guess
        assert not re.search(r"[{}]|\bnan\b|\binf\b|  ", said.text + said.brief), said
        assert len(said.text) < 420 and (said.right or len(said.brief) < 140), said


def test_patients_have_every_fault_twice_and_a_right_program_more_often():
    faults = [fault_of(number) for number in range(1, COUNT + 1)]
    assert set(faults) == set(FAULTS) and len(FAULTY) >= 17
    assert {faults.count(name) for name in FAULTY} == {2} and faults.count("healthy") == 4
    cases = {(patient(number).fault, patient(number).case) for number in range(1, COUNT + 1)}
    assert len(cases) == COUNT
    with pytest.raises(ValueError, match=f"number is 0; expected a whole number from 1 to {COUNT}"):
        patient(0)


@pytest.mark.parametrize("guess", words.CANNOT)
def test_what_cannot_be_there_is_said_and_only_then(guess):
    field, values, text = words.CANNOT[guess]
    every = next(options for options in (LEARNS, ("momentum", "adam"), ("", "dropout", "L2")) if values[0] in options)
    assert set(FAULTS[guess].needs[field]) <= set(values)
    for value in set(every) - set(values):
        assert verdict.judge("healthy", guess, case(**{field: value}), {}) == (False, words.NO + text, text)
    possible = case(**{field: values[0]})
    assert text not in verdict.judge("healthy", guess, possible, verdict.signs(Record(Program(possible)))).text


def test_every_fault_and_every_case_of_a_sign_has_its_words():
    assert list(words.FAULTS) == list(FAULTS)
    for name, fault in FAULTS.items():
        assert set(fault.shows) | set(fault.open) <= set(SIGNS) and not set(fault.shows) & set(fault.open), name
        for sign, kind in fault.shows.items():
            assert sign_words.SIGNS[sign][kind][0], (name, sign)
    for sign in SIGNS:
        assert set(USUAL[sign]) <= set(sign_words.SIGNS[sign])


def test_a_wrong_guess_is_told_what_it_could_explain_only_where_it_could():
    number = next(n for n in range(1, COUNT + 1) if fault_of(n) == "labels_shuffled")
    stands_still = patient(number)
    assert "It could explain that the training loss ends at" in stands_still.judge("rate_small").text
    assert "could explain" not in stands_still.judge("gradient_added").text
    assert "could explain" not in stands_still.judge("test_not_scaled").text
    rises = patient(next(n for n in range(1, COUNT + 1) if fault_of(n) == "sign"))
    assert "It could explain that the training loss" in rises.judge("gradient_added").text
    assert "could explain" not in rises.judge("column_constant").text
