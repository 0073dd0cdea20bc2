"""Each formula that chapters 01 to 03 display, as it stands in its cell, and the test that proves it.

The tests hold the formulas once more, in SymPy or as differences. This table ties the two together: who changes a sign
in a chapter has to come here, and so to the test.
"""

import importlib
import json
import re
from pathlib import Path

import pytest

CHAPTERS = Path(__file__).parents[2] / "chapters"
TESTS = {"01_activations": "test_chapter01", "02_losses": "test_chapter02", "03_derivation": "test_chapter03"}
PROVED = [  # chapter, cell, test, formula
    ("01_activations", "no-curve-proof", "test_two_layers_are_one",
     r"\begin{aligned} W_2 (W_1 x + b_1) + b_2 &= W_2 W_1\, x + W_2 b_1 + b_2 \\ &= W x + b "
     r"\qquad\text{with } W = W_2 W_1,\quad b = W_2 b_1 + b_2. \end{aligned}"),
    ("01_activations", "xor", "test_xor",
     r"f(0,0) + f(1,1) = w_1 + w_2 + 2b = f(0,1) + f(1,0)."),
    ("01_activations", "xor", "test_xor",
     r"h_1 = g(x_1 + x_2), \qquad h_2 = g(x_1 + x_2 - 1), \qquad f = h_1 - 2 h_2."),
    ("01_activations", "slope", "test_identities_of_the_text",
     r"\frac{dE}{dw} = (a - y) \cdot g'(z) \cdot x."),
    ("01_activations", "slope", "test_slope",
     r"g(z) = \frac{1}{1 + e^{-z}}."),
    ("01_activations", "sigmoid-derive", "test_slope",
     r"g'(z) = \frac{e^{-z}}{(1 + e^{-z})^2} = \frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}} = a\,(1 "
     r"- a) \qquad\text{with } a = g(z)."),
    ("01_activations", "signs-said", "test_identities_of_the_text",
     r"\tanh z = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}."),
    ("01_activations", "signs-said", "test_slope",
     r"g'(z) = \frac{v \cdot v - u \cdot u}{v^2} = 1 - \frac{u^2}{v^2} = 1 - a^2 \qquad\text{with } a = "
     r"\tanh z."),
    ("01_activations", "tanh-said", "test_identities_of_the_text",
     r"\tanh z = 2\, \sigma(2z) - 1,"),
    ("01_activations", "relu", "test_slopes_of_relu",
     r"g(z) = \max(z, 0), \qquad g'(z) = \begin{cases} 1 & z > 0 \\ 0 & z < 0. \end{cases}"),
    ("01_activations", "leaky", "test_slope",
     r"g(z) = \begin{cases} z & z > 0 \\ c\,z & z \le 0 \end{cases} \qquad g'(z) = \begin{cases} 1 & z > 0 "
     r"\\ c & z < 0, \end{cases}"),
    ("01_activations", "prelu", "test_slope_of_the_loss_by_c",
     r"\frac{da}{dc} = \min(z, 0), \qquad \frac{dE}{dc} = (a - y) \cdot \frac{da}{dc}."),
    ("01_activations", "prelu-said", "test_slope_of_the_loss_by_c",
     r"\frac{dC}{dc} = \frac1n \sum_{\text{examples}} (a - y) \cdot \frac{da}{dc}, \qquad \frac{da}{dc} = "
     r"\min(z, 0)."),
    ("01_activations", "softplus", "test_slope",
     r"g'(z) = \frac{e^{z}}{1 + e^{z}}."),
    ("01_activations", "depth-factor", "test_factors_of_a_chain",
     r"\text{factor} = s \cdot g'_{\text{typical}}, \qquad \frac{\text{size of } \delta \text{ at layer } "
     r"1}{\text{size of } \delta \text{ at layer } L} \approx \text{factor}^{\,L-1}."),
    ("01_activations", "softmax", "test_softmax_and_its_jacobian",
     r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}."),
    ("01_activations", "softmax-overflow-said", "test_softmax_and_its_jacobian",
     r"p_i = \frac{e^{z_i - m}}{\sum_j e^{z_j - m}}, \qquad m = \max_j z_j."),
    ("01_activations", "softmax-two", "test_softmax_and_its_jacobian",
     r"p_1 = \frac{e^{z_1}}{e^{z_1} + e^{z_2}} = \frac{1}{1 + e^{-(z_1 - z_2)}} = \sigma(z_1 - z_2)."),
    ("01_activations", "jacobian", "test_softmax_and_its_jacobian",
     r"\frac{\partial p_k}{\partial z_k} = \frac{e^{z_k} S - e^{z_k} e^{z_k}}{S^2} = p_k - p_k p_k, \qquad "
     r"\frac{\partial p_i}{\partial z_k} = \frac{0 - e^{z_i} e^{z_k}}{S^2} = -p_i p_k."),
    ("01_activations", "jacobian", "test_softmax_and_its_jacobian",
     r"J = \operatorname{diag}(p) - p\,p^{\top}, \qquad J_{ik} = \frac{\partial p_i}{\partial z_k}."),
    ("01_activations", "jacobian-back", "test_softmax_and_its_jacobian",
     r"\frac{\partial E}{\partial z_k} = \sum_i u_i\, J_{ik} = p_k \Big( u_k - \sum_i u_i\, p_i \Big)."),
    ("02_losses", "one-number", "test_squared_error_is_gaussian",
     r"E = \tfrac12 (a - y)^2, \qquad \frac{dE}{da} = a - y."),
    ("02_losses", "likelihood", "test_squared_error_is_gaussian",
     r"p(y) = \frac{1}{\tau \sqrt{2\pi}}\; e^{-(y - a)^2 / (2\tau^2)}"),
    ("02_losses", "logs", "test_squared_error_is_gaussian",
     r"-\log p(y) = \frac{(y - a)^2}{2\tau^2} + \log\big(\tau\sqrt{2\pi}\big)"),
    ("02_losses", "bernoulli", "test_binary_cross_entropy_is_bernoulli",
     r"p(y) = a^{y} (1 - a)^{1 - y}."),
    ("02_losses", "bernoulli", "test_binary_cross_entropy_is_bernoulli",
     r"E = -y \log a - (1 - y)\log(1 - a)."),
    ("02_losses", "bernoulli-slope", "test_binary_cross_entropy_is_bernoulli",
     r"\frac{dE}{da} = -\frac{y}{a} + \frac{1 - y}{1 - a} = \frac{a - y}{a\,(1 - a)}."),
    ("02_losses", "categorical", "test_cross_entropy_is_categorical",
     r"p(y) = \prod_k a_k^{\,y_k}, \qquad E = -\log p(y) = -\sum_k y_k \log a_k."),
    ("02_losses", "categorical-read", "test_the_cost_is_the_mean_of_the_losses",
     r"C = -\frac1n \sum_i \sum_k y_{ik} \log a_{ik}."),
    ("02_losses", "conventions", "test_conventions",
     r"C_1 = \frac{1}{n}\sum_i \tfrac12\sum_k (a_{ik} - y_{ik})^2, \qquad C_2 = \frac{1}{nK}\sum_i \sum_k "
     r"(a_{ik} - y_{ik})^2, \qquad C_3 = \tfrac12\sum_i\sum_k (a_{ik} - y_{ik})^2"),
    ("02_losses", "deaf", "test_delta_of_a_sigmoid",
     r"\delta = \frac{dE}{dz} = \frac{dE}{da} \cdot g'(z), \qquad g'(z) = a\,(1 - a) \text{ for the "
     r"sigmoid.}"),
    ("02_losses", "deaf-why", "test_delta_of_a_sigmoid",
     r"\delta = \frac{a - y}{a(1 - a)} \cdot a(1 - a) = a - y."),
    ("02_losses", "pairs-said", "test_delta_is_the_slope_of_F_minus_y",
     r"\delta = \frac{dE}{da} \cdot 1 = a - y."),
    ("02_losses", "pairs-said", "test_delta_of_a_sigmoid",
     r"\delta = (a - y)\, a\,(1 - a)."),
    ("02_losses", "softmax-delta", "test_delta_of_softmax",
     r"E = -\sum_k y_k \log a_k = \log \sum_j e^{z_j} - \sum_k y_k z_k."),
    ("02_losses", "softmax-delta", "test_delta_of_softmax",
     r"\delta_k = a_k - y_k."),
    ("02_losses", "family", "test_the_losses_with_z_alone",
     r"\tfrac12 (z - y)^2 = \tfrac12 z^2 - y\,z + \tfrac12 y^2."),
    ("02_losses", "family", "test_the_losses_with_z_alone",
     r"-y \log a - (1 - y) \log(1 - a) = \log(1 + e^z) - y\,z."),
    ("02_losses", "family", "test_delta_is_the_slope_of_F_minus_y",
     r"E = F(z) - y\,z, \qquad \delta = F'(z) - y, \qquad F'(z) = a."),
    ("02_losses", "family-own", "test_softmax_by_another_curve_leaves_a_factor",
     r"\delta_k = (a_k - y_k)\,\frac{f'(z_k)}{f(z_k)}."),
    ("02_losses", "break-why", "test_delta_of_a_sigmoid",
     r"E = \log(1 + e^{z}) - y\,z"),
    ("02_losses", "logsumexp-derive", "test_log_sum_exp_may_be_shifted",
     r"\log \sum_j e^{z_j} = \log\Big(e^{m} \sum_j e^{z_j - m}\Big) = m + \log \sum_j e^{z_j - m}."),
    ("02_losses", "outlier", "test_stored_number",
     r"19.8,\quad 20.1,\quad 20.2,\quad 20.5,\quad 207"),
    ("02_losses", "outlier-median", "test_absolute_error_is_laplace",
     r"p(y) = \frac{1}{2s}\, e^{-|y - a| / s}, \qquad -\log p(y) = \frac{|y - a|}{s} + \log 2s"),
    ("02_losses", "huber", "test_huber_joins_without_a_jump_or_a_bend",
     r"E = \begin{cases} \tfrac12 r^2 & |r| \le d \\ d\,\big(|r| - \tfrac12 d\big) & |r| > d \end{cases}"),
    ("02_losses", "temperature", "test_temperature_divides_delta",
     r"\delta_k = \frac{a_k - y_k}{T}."),
    ("03_derivation", "network", "test_forward_numbers_in_thirty_digits",
     r"E = \tfrac12 (a_{o_1} - y_1)^2 + \tfrac12 (a_{o_2} - y_2)^2."),
    ("03_derivation", "forward", "test_forward_numbers_in_thirty_digits",
     r"z_{h_j} = W^{(1)}_{j1} x_1 + W^{(1)}_{j2} x_2 + W^{(1)}_{j3} x_3 + b^{(1)}_j, \qquad a_{h_j} = "
     r"g(z_{h_j})."),
    ("03_derivation", "rung-1", "test_formulas_by_sympy",
     r"w \;\longrightarrow\; z = w\,a + c \;\longrightarrow\; a_{o_1} = g(z) \;\longrightarrow\; E = "
     r"\tfrac12 (a_{o_1} - y_1)^2 + \text{constant}."),
    ("03_derivation", "rung-1-chain", "test_formulas_by_sympy",
     r"\frac{\partial E}{\partial w} = \frac{\partial E}{\partial a_{o_1}} \cdot \frac{\partial "
     r"a_{o_1}}{\partial z} \cdot \frac{\partial z}{\partial w} = (a_{o_1} - y_1) \cdot g'(z) \cdot a."),
    ("03_derivation", "rung-2", "test_ladder",
     r"\begin{aligned} \partial E / \partial W^{(2)}_{11} &= (a_{o_1} - y_1)\, g'(z_{o_1}) \cdot a_{h_1} \\ "
     r"\partial E / \partial W^{(2)}_{12} &= (a_{o_1} - y_1)\, g'(z_{o_1}) \cdot a_{h_2} \\ \partial E / "
     r"\partial W^{(2)}_{13} &= (a_{o_1} - y_1)\, g'(z_{o_1}) \cdot a_{h_3} \\ \partial E / \partial "
     r"b^{(2)}_1 &= (a_{o_1} - y_1)\, g'(z_{o_1}) \cdot 1 \end{aligned}"),
    ("03_derivation", "rung-2-delta", "test_ladder",
     r"\delta_{o_1} = \frac{\partial E}{\partial z_{o_1}} = (a_{o_1} - y_1)\, g'(z_{o_1}), \qquad "
     r"\frac{\partial E}{\partial W^{(2)}_{1i}} = \delta_{o_1}\, a_{h_i}, \qquad \frac{\partial E}{\partial "
     r"b^{(2)}_1} = \delta_{o_1}."),
    ("03_derivation", "rung-3-why", "test_two_ways_add",
     r"\frac{\partial E}{\partial a_{h_1}} = \delta_{o_1} W^{(2)}_{11} + \delta_{o_2} W^{(2)}_{21}."),
    ("03_derivation", "rung-4", "test_ladder",
     r"\delta_{h_j} = \big(\delta_{o_1} W^{(2)}_{1j} + \delta_{o_2} W^{(2)}_{2j}\big)\; g'(z_{h_j})."),
    ("03_derivation", "rung-5", "test_rungs_5_and_6_as_they_stand",
     r"z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}, \qquad a^{(l)} = g(z^{(l)}), \qquad a^{(0)} = x."),
    ("03_derivation", "rung-5-bp1", "test_rungs_5_and_6_as_they_stand",
     r"\delta^{(2)} = (a^{(2)} - y) \odot g'(z^{(2)}) \tag{BP1}"),
    ("03_derivation", "rung-5-bp2", "test_rungs_5_and_6_as_they_stand",
     r"\delta^{(1)} = \big(W^{(2)\top} \delta^{(2)}\big) \odot g'(z^{(1)}) \tag{BP2}"),
    ("03_derivation", "rung-5-bp3", "test_rungs_5_and_6_as_they_stand",
     r"\frac{\partial E}{\partial W^{(l)}} = \delta^{(l)}\, a^{(l-1)\top} \tag{BP3}"),
    ("03_derivation", "rung-5-bp3", "test_rungs_5_and_6_as_they_stand",
     r"\frac{\partial E}{\partial b^{(l)}} = \delta^{(l)} \tag{BP4}"),
    ("03_derivation", "rung-6", "test_rungs_5_and_6_as_they_stand",
     r"Z^{(l)} = A^{(l-1)} W^{(l)\top} + b^{(l)}."),
    ("03_derivation", "rung-6-bp", "test_rungs_5_and_6_as_they_stand",
     r"\delta^{(2)} = (A^{(2)} - Y) \odot g'(Z^{(2)}) \tag{BP1}"),
    ("03_derivation", "rung-6-bp", "test_rungs_5_and_6_as_they_stand",
     r"\delta^{(1)} = \big(\delta^{(2)} W^{(2)}\big) \odot g'(Z^{(1)}) \tag{BP2}"),
    ("03_derivation", "rung-6-mean", "test_rungs_5_and_6_as_they_stand",
     r"\frac{\partial C}{\partial W^{(l)}} = \tfrac1n\, \delta^{(l)\top} A^{(l-1)} \tag{BP3}"),
    ("03_derivation", "rung-6-mean", "test_rungs_5_and_6_as_they_stand",
     r"\frac{\partial C}{\partial b^{(l)}} = \tfrac1n \textstyle\sum_{\text{rows}} \delta^{(l)} \tag{BP4}"),
    ("03_derivation", "rung-7", "test_bp1_to_bp4_for_any_number_of_layers",
     r"\delta^{(l)} = \big(\delta^{(l+1)} W^{(l+1)}\big) \odot g'(Z^{(l)}) \tag{BP2}"),
    ("03_derivation", "graph", "test_formulas_by_sympy",
     r"c = v x,\quad z_i = w_i c,\quad h_i = \tanh z_i,\quad p_i = u_i h_i,\quad s = p_1 + p_2,\quad E = "
     r"\tfrac12 (s - y)^2 ."),
    ("03_derivation", "reverse-lines", "test_the_lines_of_the_graph_in_reverse",
     r"\frac{\partial E}{\partial v} = (s - y) \cdot \big(u_1 (1 - h_1^2)\, w_1 + u_2 (1 - h_2^2)\, w_2\big) "
     r"\cdot x ."),
    ("03_derivation", "reverse-mode", "test_both_modes_on_random_graphs",
     r"\frac{\partial E}{\partial \text{parent}} = \sum_{\text{nodes that use the parent}} \frac{\partial "
     r"E}{\partial \text{node}} \cdot \frac{\partial\, \text{node}}{\partial\, \text{parent}} ."),
    ("03_derivation", "forward-mode", "test_both_modes_on_random_graphs",
     r"\frac{\partial\, \text{node}}{\partial v} = \sum_{\text{parents}} \frac{\partial\, "
     r"\text{node}}{\partial\, \text{parent}} \cdot \frac{\partial\, \text{parent}}{\partial v} ."),
]  # fmt: skip


def displayed(chapter):
    """[(cell, formula), ...] in the order of the chapter, white space made one blank."""
    cells = json.loads((CHAPTERS / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    texts = [(cell["id"], "".join(cell["source"])) for cell in cells if cell["cell_type"] == "markdown"]
    return [
        (cell, re.sub(r"\s+", " ", formula).strip())
        for cell, text in texts for formula in re.findall(r"\$\$(.*?)\$\$", text, re.S)
    ]  # fmt: skip


@pytest.mark.parametrize("chapter", TESTS)
def test_every_displayed_formula_is_one_that_a_test_proves(chapter):
    assert displayed(chapter) == [(cell, formula) for name, cell, _, formula in PROVED if name == chapter]


def test_the_tests_that_are_named_exist():
    for chapter, _, test, _ in PROVED:
        assert callable(getattr(importlib.import_module(TESTS[chapter]), test))
