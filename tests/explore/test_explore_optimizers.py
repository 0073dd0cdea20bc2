"""The optimizer explorer by the data it draws: the paths, the losses, and the place on the plane of regimes."""

import re
from importlib import import_module

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.explore import descents
from bpcourse.explore.optimizers import LOOKS, RULES, SURFACES

paths = import_module("bpcourse.explore.optimizers")
EXPLORER = bp.explore.optimizers()
OURS = {
    "sgd": lambda a, b: bp.sgd(a), "momentum": bp.momentum, "nesterov": bp.nesterov, "adagrad": lambda a, b: bp.adagrad(a),
    "rmsprop": lambda a, b: bp.rmsprop(a), "adam": lambda a, b: bp.adam(a, beta1=b), "adamw": lambda a, b: bp.adamw(a, beta1=b),
}  # fmt: skip


def shown(**values):
    scene = EXPLORER.move(**EXPLORER.settings(**values))
    return [label.text for label in scene.labels], scene.status


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("surface", SURFACES)
def test_path_and_loss_are_those_of_the_rule_on_the_surface(rule, surface):
    values = {"surface": surface, "optimizers": (rule,), "learning_rate": 0.0316, "momentum": 0.8, "steps": 25}
    _, status = shown(**values, condition=7, x=-1.5, y=0.4)
    ground = bp.surfaces.bowl(7.0, descents.ANGLE) if surface == "bowl" else getattr(bp.surfaces, surface)()
    expected = bp.surfaces.descend(ground, OURS[rule](0.0316, 0.8), (-1.5, 0.4), 25)
    np.testing.assert_allclose(EXPLORER.paths[rule].get_xydata(), np.clip(expected, -30, 30), rtol=1e-12)
    loss = ground.value(expected) - ground.value(np.array(ground.minimum))
    np.testing.assert_allclose(EXPLORER.here[rule].get_xydata(), expected[~np.isnan(loss)][[-1]], rtol=1e-12)
    np.testing.assert_allclose(EXPLORER.losses[rule].get_ydata(), np.clip(loss, paths.LOWEST, 1e6), rtol=1e-9)
    assert [name for name in RULES if EXPLORER.paths[name].get_visible()] == [rule]
    used = "α = 0.0316" + (", β = 0.8" if RULES[rule][1] else "")
    assert status.startswith(f"25 steps from (−1.5, 0.4), {used}, ") and LOOKS[rule][0] in status


def test_labels_equal_the_state():
    for alpha, beta, condition, steps in ((0.1, 0.5, 5, 40), (0.00133, 0.97, 100, 200)):
        labels, status = shown(learning_rate=alpha, momentum=beta, condition=condition, steps=steps)
        assert labels[1].startswith(f"α = {alpha:g}, β = {beta:g}; ")
        assert f"condition number {condition}" in labels[1] and f"{steps} steps" in status
        assert any(text.startswith(f"αλ from {alpha:.3g} to {alpha * condition:.3g}") for text in labels)
        assert EXPLORER.theory.get_visible()


@pytest.mark.parametrize("beta", [0.0, 0.4, 0.9])
@pytest.mark.parametrize("alpha", [0.001, 0.0133, 0.0866, 0.133, 0.154, 0.205])
def test_square_marks_say_the_same_as_the_simulation(alpha, beta):
    """Across the boundary on the plane: the loss grows. Within it: it falls, by the rate that the label tells."""
    labels, _ = shown(learning_rate=alpha, momentum=beta, steps=200, condition=20)
    (low, high), heights = EXPLORER.dots.get_data()
    assert heights == [beta, beta] and (low, high) == pytest.approx((alpha, 20 * alpha), rel=1e-6)
    loss = EXPLORER.losses["momentum"].get_ydata()
    diverges = high >= 2 * (1 + beta)
    assert (loss[~np.isnan(loss)][-1] > loss[0]) == diverges
    assert ("momentum diverges" in labels[0] or "and momentum diverge" in labels[0]) == diverges
    (theory,) = [float(re.search(r"× ([\d.]+) a step", text)[1]) for text in labels if "theory" in text]
    if not diverges:
        late = loss[(loss > 10 * paths.LOWEST)][-60:]
        fall = np.polyfit(np.arange(len(late)), np.log(late), 1)[0] / 2
        assert np.exp(fall) == pytest.approx(theory, abs=0.012)


def test_label_says_where_the_curvature_is_taken_unless_it_is_the_same_everywhere():
    for surface in SURFACES:
        (label,) = [text for text in shown(surface=surface)[0] if text.startswith("αλ")]
        assert label.startswith("αλ from" if surface == "bowl" else "αλ at + from"), surface


def test_plane_is_hidden_for_rules_that_it_does_not_describe():
    labels, _ = shown(optimizers=("adam",))
    assert not EXPLORER.dots.get_visible() and not EXPLORER.plain.get_visible() and not EXPLORER.theory.get_visible()
    assert "the plane is for momentum and gradient descent" in labels
    shown(optimizers=("sgd",), learning_rate=0.0178)
    assert EXPLORER.plain.get_visible() and EXPLORER.plain.get_ydata() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("preset", "verdict"),
    [
        ("diverges", "gradient descent diverges"),
        ("crawls", "momentum crawl"),
        ("rings", "momentum rings"),
        ("just right", "momentum arrives in"),
    ],
)
def test_presets_show_what_they_are_called(preset, verdict):
    labels, status = shown(**EXPLORER.presets[preset])
    assert verdict.lower() in labels[0].lower() and verdict in status


def test_just_right_is_the_best_pair_that_the_sliders_have():
    alpha, beta, _ = bp.regimes.best(1.0, 20.0)
    preset = EXPLORER.presets["just right"]
    nearest = lambda name, best: min(EXPLORER.sliders[name].values, key=lambda value: abs(value - best))  # noqa: E731
    assert preset["learning_rate"] == nearest("learning_rate", alpha) and preset["momentum"] == nearest(
        "momentum", beta
    )
    assert preset["condition"] == 20


def test_just_right_says_monotone_of_the_slowest_direction_only():
    """Its path zigzags: across the valley it changes sides, along it it does not."""
    labels, status = shown(**EXPLORER.presets["just right"])
    assert labels[0] == "Momentum arrives in 17 steps, its slowest direction monotone" and labels[0][1:] in status
    axes = np.linalg.eigh(descents.surface_of("bowl", 20).hessian)[1]  # the flat one first
    along, across = (EXPLORER.paths["momentum"].get_xydata()[:12] @ axes).T
    assert len(set(np.sign(along))) == 1 and np.count_nonzero(np.diff(np.sign(across))) > 3


def test_the_long_valley_wants_momentum():
    """What chapter `momentum` answers: without momentum a third is left at best, with it less than a hundredth."""
    preset, rates = EXPLORER.presets["long valley"], EXPLORER.sliders["learning_rate"].values
    assert (preset["condition"], preset["momentum"], preset["steps"]) == (100, 0.0, 60)
    start = (preset["x"], preset["y"])

    def left(alpha, beta):
        last = descents.path("bowl", 100, "momentum", alpha, beta, start)[0][60]
        return np.linalg.norm(last) / np.linalg.norm(start)

    plain = [left(alpha, 0.0) for alpha in rates if alpha < 0.021]  # beyond it runs away
    assert rates[np.argmin(plain)] == 0.0178 and 0.3 < min(plain) < 0.35
    assert left(rates[rates.index(0.0178) + 1], 0.0) > 1
    assert left(0.0178, 0.8) < 0.001  # "0.8 is enough", and in sight of it the word is "arrives"
    valley = bp.explore.optimizers(["momentum"], start="long valley", theory=False)
    for beta, said in ((0.0, "Plain descent crawls"), (0.8, "Momentum arrives")):
        labels = valley.move(**valley.settings(learning_rate=0.001 if beta == 0 else 0.0178, momentum=beta)).labels
        assert labels[0].text.startswith(said) and labels[1].text.endswith("long valley"), labels[:2]
        assert any(label.text.startswith(said.lower()) for label in labels[3:])  # under the picture
    plain = [valley.move(**valley.settings(learning_rate=rate)).labels[0].text for rate in rates]
    assert not any("arrives" in text for text in plain)
    assert EXPLORER.move(**EXPLORER.settings(**preset)).labels[0].text.startswith("Momentum ")  # with theory: the rule


@pytest.mark.parametrize("steps", [0, 3, 12, 200])
def test_a_run_is_drawn_as_far_as_it_has_come_and_its_mark_stands_at_its_end(steps):
    shown(**EXPLORER.presets["diverges"] | {"steps": steps})
    loss = EXPLORER.losses["sgd"].get_ydata()
    assert len(loss) == len(EXPLORER.paths["sgd"].get_xydata()) == steps + 1
    ((at, height),) = EXPLORER.now["sgd"].get_xydata()
    beyond = np.flatnonzero(loss > paths.HIGHEST)
    if len(beyond):  # where the loss leaves its axis, a triangle points the way
        assert (at, height, EXPLORER.now["sgd"].get_marker()) == (beyond[0], paths.HIGHEST, "^")
    else:
        assert (at, height) == (steps, pytest.approx(loss[-1]))


def test_the_start_can_be_dragged_and_the_path_follows():
    values = EXPLORER.settings(surface="saddle")
    EXPLORER.move(**values)
    x, y = EXPLORER.pixels(EXPLORER.map, values["x"], values["y"])
    assert EXPLORER.touch(x, y, **values) == {"x": values["x"], "y": values["y"]}
    target = EXPLORER.move(**values).targets[-1]
    new = target.sets(*EXPLORER.pixels(EXPLORER.map, 1.2, -0.7))
    assert new == {"x": 1.2, "y": -0.7}
    EXPLORER.move(**values | new)
    assert tuple(EXPLORER.paths["sgd"].get_xydata()[0]) == (1.2, -0.7)
    assert target.sets(-500, 5000) == {"x": -3.0, "y": 2.4}


@pytest.mark.parametrize(("rule", "end"), [("momentum", 0), ("momentum", 1), ("sgd", 0), ("sgd", 1)])
def test_an_end_of_the_stretch_can_be_dragged_over_the_plane(rule, end):
    values = EXPLORER.settings(optimizers=(rule,), learning_rate=0.0487, condition=10)
    EXPLORER.move(**values)
    across = 0.0487 * (1, 10)[end]
    at = EXPLORER.pixels(EXPLORER.plane, across, 0.9 if rule == "momentum" else 0)
    (target,) = [t for t in EXPLORER.move(**values).targets if tuple(at) in t and "stretch" in t.says][-1:]
    new = target.sets(*EXPLORER.pixels(EXPLORER.plane, 0.1 * (1, 10)[end], 0.5))
    assert new == {"learning_rate": 0.1} | ({"momentum": 0.5} if rule == "momentum" else {})


def test_a_name_of_the_legend_drops_the_rule():
    scene = EXPLORER.move(**EXPLORER.settings(optimizers=("sgd", "adam", "adamw")))
    names = [target for target in scene.targets if "drop" in target.says]
    assert [target.sets(0, 0)["optimizers"] for target in names] == [
        ("adam", "adamw"),
        ("sgd", "adamw"),
        ("sgd", "adam"),
    ]


def test_no_two_rules_look_alike():
    def hue(colour):
        return np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)], dtype=float)

    looks = [(LOOKS[name][1], hue(paths.RULE_COLOURS[name])) for name in RULES]
    for k, (marker, colour) in enumerate(looks):
        for other, another in looks[:k]:
            assert marker != other and np.linalg.norm(colour - another) > 60


def test_ground_is_darkest_at_the_minimum():
    for name in SURFACES:
        image = paths.ground_image(name, 20 if name == "bowl" else 0)[..., 0].astype(float)
        x, y = paths.surface_of(name, 20 if name == "bowl" else 0).minimum
        height, width = image.shape
        column = (x - paths.LEFT) / (paths.RIGHT - paths.LEFT) * (width - 1)
        row = (paths.TOP - y) / (paths.TOP - paths.BOTTOM) * (height - 1)
        near = image[int(row) - 9 : int(row) + 10, int(column) - 9 : int(column) + 10]
        assert near.mean() < 200 and image.max() > 240, name


def test_no_optimizer_chosen_is_said():
    labels, status = shown(optimizers=())
    assert "Choose an optimizer" in labels[0] and "no optimizer is chosen" in status


def test_a_preset_is_what_the_browser_is_told_and_it_runs_as_a_race():
    explorer = bp.explore.optimizers()
    face = explorer.widget.face
    assert list(face["presets"]) == list(explorer.presets) and face["race"] == "steps"
    for text, values in explorer.presets.items():
        told = {name: explorer.sliders[name].at(index) for name, index in face["presets"][text].items()}
        assert told == values and values["steps"] > 0
    explorer.widget.set(**explorer.presets["rings"])
    assert "rings" in explorer.widget.status


def test_an_explorer_may_offer_some_of_the_rules():
    explorer = bp.explore.optimizers(["sgd", "momentum", "nesterov"])
    assert explorer.sliders["optimizers"].values == ("sgd", "momentum", "nesterov")
    assert explorer.sliders["optimizers"].start == ("sgd", "momentum")
    assert explorer.presets["rings"] == EXPLORER.presets["rings"]
    assert explorer.presets["all on a saddle"]["optimizers"] == ("sgd", "momentum", "nesterov")
    assert "Adam" not in explorer.frame(**explorer.presets["all on a network"])._repr_mimebundle_()[0]["text/plain"]
    assert bp.explore.optimizers(["adam"]).sliders["optimizers"].start == ("adam",)
    assert EXPLORER.sliders["optimizers"].values == tuple(RULES), "another explorer keeps its own"


@pytest.mark.parametrize("rules", [[], ["sdg"]])
def test_rules_that_are_not_there_are_refused(rules):
    with pytest.raises(ValueError, match="expected one or more of sgd, momentum"):
        bp.explore.optimizers(rules)


def test_an_explorer_may_start_with_a_preset():
    explorer = bp.explore.optimizers(start="all on a saddle")
    preset = explorer.presets["all on a saddle"]
    assert explorer.settings() == EXPLORER.settings() | preset
    assert explorer.frame().png == EXPLORER.frame(**preset).png
    assert {name: explorer.widget.values[name] for name in preset} == preset
    with pytest.raises(ValueError, match="start: got 'saddle'; expected one of diverges, crawls"):
        bp.explore.optimizers(start="saddle")


def test_without_theory_none_is_shown_said_or_touched():
    explorer = bp.explore.optimizers(["sgd", "momentum"], start="long valley", theory=False)
    assert list(explorer.presets) == ["long valley"] and not explorer.plane.get_visible()
    for beta, alpha in ((0.0, 0.001), (0.9, 0.01), (0.5, 0.04)):
        scene = explorer.move(**explorer.settings(momentum=beta, learning_rate=alpha, optimizers=("sgd", "momentum")))
        said = " ".join([label.text for label in scene.labels] + [scene.status])
        assert not re.search(r"theory|λ|condition|rings|altern|monotone|closes in", said), said
        assert not any(line.get_visible() for line in (explorer.theory, explorer.dots, explorer.plain))
        assert not any("stretch" in target.says for target in scene.targets)
    assert "runs away" in said
    assert bp.explore.optimizers(theory=False).presets == {}
