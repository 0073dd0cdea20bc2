"""Bugs planted in the mathematics, one at a time: does a test fail for each? `python tests/maths/mutants.py` runs them all.

With names of files or folders, `python tests/maths/mutants.py diagnosis losses`, only those planted there.
Each line: file, the text as it stands, the text with the bug. Only tests that need no PyTorch may catch them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
TESTS = ("activations", "losses", "optimizers", "gradcheck", "training", "network", "diagnosis")

PLANTED = [
    # (BP1) to (BP4), and the pass forward
    ("network.py", "z[l] = a[l - 1] @ W[l].T", "z[l] = a[l - 1] @ W[l].T * 1.0001"),
    ("network.py", "z[l] += b[l]", "z[l] -= b[l]"),
    ("network.py", "a[l] = g.value(z[l])", "a[l] = g.value(a[l - 1] @ W[l].T)"),
    ("network.py", "delta = {L: dE_da * g[L].derivative(z[L])}", "delta = {L: dE_da}"),
    ("network.py", "delta = {L: dE_da * g[L].derivative(z[L])}", "delta = {L: -dE_da * g[L].derivative(z[L])}"),
    ("network.py", "delta = {L: dE_da * g[L].derivative(z[L])}", "delta = {L: dE_da * g[L].derivative(a[L])}"),
    ("network.py", "(delta[l + 1] @ W[l + 1]) * g[l].derivative(z[l])", "delta[l + 1] @ W[l + 1]"),
    ("network.py", "(delta[l + 1] @ W[l + 1]) * g[l].derivative(z[l])", "(delta[l + 1] @ W[l + 1]) * g[l].derivative(a[l])"),
    ("network.py", "(delta[l + 1] @ W[l + 1]) * g[l].derivative(z[l])", "(delta[l + 1] @ W[l + 1]) * g[L].derivative(z[l])"),
    ("network.py", "(delta[l + 1] @ W[l + 1]) * g", "(delta[l + 1] @ W[l + 1] / n) * g"),
    ("network.py", "(delta[l + 1] @ W[l + 1]) * g", "(delta[l + 1] @ (W[l + 1] + 1e-4)) * g"),
    ("network.py", "delta[l].T / n, a[l - 1]", "delta[l].T, a[l - 1]"),
    ("network.py", "delta[l].T / n, a[l - 1]", "delta[l].T / n**2, a[l - 1]"),
    ("network.py", "delta[l].T / n, a[l - 1]", "delta[l].T / n, z.get(l - 1, a[0])"),
    ("network.py", "delta[l].sum(axis=0), n, out", "delta[l].sum(), n, out"),
    ("network.py", "delta[l].sum(axis=0), n, out", "delta[l].sum(axis=0), 1, out"),
    ("network.py", "delta[l].sum(axis=0), n, out", "0 * delta[l].sum(axis=0), n, out"),
    ("network.py", "float(losses.sum() / n)", "float(losses.sum())"),
    ("network.py", "(back * self.g[l].by_slope(z[l])).sum() / len(back)", "(back * self.g[l].by_slope(z[l])).sum()"),
    ("network.py", "(back * self.g[l].by_slope(z[l])).sum() / len(back)", "(delta[l] * self.g[l].by_slope(z[l])).sum() / len(back)"),
    ("network.py", "back = dE_da if l == self.L else", "back = dE_da if l == 1 else"),
    ("network.py", "self.loss.decide(Y - 0.5)", "self.loss.decide(Y)"),
    ("parameters.py", "at = end", "at = middle"),
    ("parameters.py", '"xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out))', '"xavier": lambda n_in, n_out: np.sqrt(1 / (n_in + n_out))'),
    ("parameters.py", '"he": lambda n_in, n_out: np.sqrt(2 / n_in)', '"he": lambda n_in, n_out: np.sqrt(2 / n_out)'),
    ("parameters.py", '"small": lambda n_in, n_out: 0.01', '"small": lambda n_in, n_out: 0.1'),
    ("parameters.py", "rng = np.random.default_rng(seed)", "rng = np.random.default_rng(0)"),
    # activations: values
    ("activations.py", "np.exp(np.minimum(z, 0)) / (1.0", "np.exp(np.minimum(-z, 0)) / (1.0"),
    ("activations.py", 'Activation("relu", lambda z: np.maximum(z, 0)', 'Activation("relu", lambda z: np.abs(z)'),
    ("activations.py", "lambda z: np.where(np.greater(z, 0), z, np.multiply(slope, z)),", "lambda z: np.where(np.greater(z, 0), np.multiply(slope, z), z),"),
    ("activations.py", "z, alpha * np.expm1(np.minimum(z, 0))", "z, np.expm1(alpha * np.minimum(z, 0))"),
    ("activations.py", "lambda z: np.logaddexp(0, z)", "lambda z: np.logaddexp(1e-6, z)"),
    ("activations.py", "0.5 * _erfc(np.multiply(z, -math.sqrt(0.5)))", "0.5 * _erfc(np.multiply(z, -math.sqrt(0.4)))"),
    ("activations.py", 'silu = Activation("silu", lambda z: z * _sigmoid(z)', 'silu = Activation("silu", lambda z: z * _sigmoid(1.702 * z)'),
    # activations: derivatives
    ("activations.py", "return e / (1.0 + e) ** 2", "return e / (1.0 + e)"),
    ("activations.py", "return e / (1.0 + e) ** 2", "return _sigmoid(z) * (1 - z)"),
    ("activations.py", "return 1.0 - np.tanh(z) ** 2", "return 1.0 - np.square(z)"),
    ("activations.py", "return 1.0 - np.tanh(z) ** 2", "return 1.0 - np.tanh(z)"),
    ("activations.py", "return np.greater(z, 0).astype(", "return np.greater_equal(z, 0).astype("),
    ("activations.py", "lambda z: slope + (1.0 - slope) * _above_zero(z)", "lambda z: 1.0 - (1.0 - slope) * _above_zero(z)"),
    ("activations.py", "by_slope=lambda z: np.minimum(z, 0)", "by_slope=lambda z: np.maximum(z, 0)"),
    ("activations.py", "1.0, alpha * np.exp(np.minimum(z, 0))", "1.0, np.exp(np.minimum(z, 0))"),
    ("activations.py", "np.logaddexp(0, z), _sigmoid)", "np.logaddexp(0, z), _sigmoid_derivative)"),
    ("activations.py", "return _normal_cdf(z) + z * density", "return _normal_cdf(z) + density"),
    ("activations.py", "np.square(z), 1e4) / 2)", "np.square(z), 1e4))"),
    ("activations.py", "return s * (1.0 + z * _sigmoid(np.negative(z)))", "return s * (1.0 + z * s)"),
    # losses
    ("losses.py", "lambda output, Y: output - Y,", "lambda output, Y: 2 * (output - Y),"),
    ("losses.py", "lambda output, Y: output - Y,", "lambda output, Y: Y - output,"),
    ("losses.py", "0.5 * np.square(output - Y).sum(axis=1)", "0.5 * np.square(output - Y).mean(axis=1)"),
    ("losses.py", "2.0 * (output - Y) / output.shape[1]", "2.0 * (output - Y) / output.shape[0]"),
    ("losses.py", "2.0 * (output - Y) / output.shape[1]", "(output - Y) / output.shape[1]"),
    ("losses.py", "np.sign(output - Y) / output.shape[1]", "np.sign(output - Y)"),
    ("losses.py", "delta * (error - near)", "(error - near)"),
    ("losses.py", "np.clip(output - Y, -delta, delta) / output", "np.clip(output - Y, -1, 1) / output"),
    ("losses.py", "np.logaddexp(0, Z) - Y * Z", "np.logaddexp(0, Z) + Y * Z"),
    ("losses.py", "np.exp(-np.logaddexp(0, -Z)) - Y", "np.exp(-np.logaddexp(0, Z)) - Y"),
    ("losses.py", "lambda Z, Y: softmax(Z) - Y", "lambda Z, Y: Y - softmax(Z)"),
    ("losses.py", "-np.vecdot(Y, np.where(Y, log_softmax(Z), 0.0))", "-np.vecdot(Y, np.where(Y, log_softmax(Z), 0.0)) / Y.shape[1]"),
    ("losses.py", "np.where(Y, Z, 0.0)), E / S - Y", "np.where(Y, Z, 0.0)), E - Y"),
    ("losses.py", "np.log(S[:, 0]) - np.vecdot(Y, np.where(Y, Z, 0.0)), E / S - Y", "np.log(S[:, 0]), E / S - Y"),
    ("losses.py", "return E / E.sum(axis=-1, keepdims=True)", "return E / E.sum()"),
    ("losses.py", "E = np.exp(Z - Z.max(axis=-1, keepdims=True))", "E = np.exp(Z)"),
    ("losses.py", "return Z - np.log(np.exp(Z).sum(axis=-1, keepdims=True))", "return Z - np.log(np.exp(Z).sum())"),
    ("losses.py", "decide=lambda Z: Z.argmax(axis=1)", "decide=lambda Z: Z.argmin(axis=1)"),
    # optimizers
    ("optimizers.py", "theta -= alpha * g  #", "theta += alpha * g  #"),
    ("optimizers.py", "v -= alpha * g  # v <- beta v - alpha g\n        theta += v ", "v -= (1 - beta) * alpha * g\n        theta += v "),
    ("optimizers.py", "v -= alpha * g  # v <- beta v - alpha g\n        theta += v ", "v += alpha * g\n        theta += v "),
    ("optimizers.py", "theta += beta * v - alpha * g", "theta += beta * v"),
    ("optimizers.py", "s += g**2", "s += np.abs(g)"),
    ("optimizers.py", "s += g**2  # s <- s + g^2\n        theta -= alpha * g / (np.sqrt(s) + eps)", "s += g**2\n        theta -= alpha * g / np.sqrt(s + eps)"),
    ("optimizers.py", "s += (1 - rho) * g**2", "s += g**2"),
    ("optimizers.py", "m += (1 - beta1) * g ", "m += g "),
    ("optimizers.py", "v += (1 - beta2) * g**2", "v += (1 - beta2) * g"),
    ("optimizers.py", "m_hat = m / (1 - beta1**t)", "m_hat = m / (1 - beta1)"),
    ("optimizers.py", "v_hat = v / (1 - beta2**t)", "v_hat = v / (1 - beta1**t)"),
    ("optimizers.py", "if bias_correction else m", "if not bias_correction else m"),
    ("optimizers.py", "if bias_correction else v", "if not bias_correction else v"),
    ("optimizers.py", "if eps_inside_root else np.sqrt(v_hat) + eps", "if not eps_inside_root else np.sqrt(v_hat) + eps"),
    ("optimizers.py", "np.sqrt(v_hat + eps) if", "np.sqrt(v_hat) if"),
    ("optimizers.py", "theta -= alpha * decay * theta ", "g = g + decay * theta "),
    ("optimizers.py", "moments, t = state.moments, state.t + 1", "moments, t = state.moments, state.t"),
    ("optimizers.py", "return params, State(t, moments)", "return params, State(t - 1, moments)"),
    ("optimizers.py", "params.copy(), tuple(m.copy() for m in moments)", "params.copy(), moments"),
    ("optimizers.py", "params, moments = params.copy(), tuple", "params, moments = params, tuple"),
    ("optimizers.py", "factor ** ((t - 1) // every)", "factor ** (t // every)"),
    ("optimizers.py", "np.cos(np.pi * min(t - 1, steps) / steps)", "np.cos(np.pi * (t - 1) / steps)"),
    ("optimizers.py", "after(max(t - steps, 1)) * min(t / steps, 1.0)", "after(t) * min(t / steps, 1.0)"),
    # the judge, and the loop
    ("gradcheck.py", "numeric[i] = (4 * narrow - wide) / 3", "numeric[i] = (4 * narrow - wide) / 4"),
    ("gradcheck.py", "np.clip(grads.vector[i], low, high)", "grads.vector[i]"),
    ("gradcheck.py", "error[at_kink] = 0", "pass"),
    ("gradcheck.py", "if (side[2] != side[-2]).any()", "if False"),
    ("gradcheck.py", "np.nan if self.not_judged else ", ""),
    ("gradcheck.py", "error[found.kink | found.drowned] = 0", "pass"),
    ("gradcheck.py", "known < ENOUGH * size", "known < 0 * size"),
    ("differences.py", "coarse = (4 * D[1] - D[2]) / 3", "coarse = (4 * D[1] - D[2]) / 4"),
    ("differences.py", "off = max(gap, abs(bend[2] - 4 * bend[1]) / h, abs(bend[4] - 4 * bend[2]) / (4 * h))", "off = 0"),
    ("differences.py", "return max(min(bends), (2.0**-23 if single else EPS)", "return max(0, EPS"),
    ("nested.py", "zip(starts, self._ends, self.shapes", "zip(starts, self._ends, reversed(self.shapes)"),
    ("training.py", "loss += trace.loss * len(rows)", "loss += trace.loss"),
    ("training.py", "rule.update(params, grads, state, in_place=True)", "rule.update(params, grads, state._replace(t=0), in_place=True)"),
    ("training.py", "return state\n", "return rule.init(params)\n"),
    ("training.py", "np.linalg.norm(theta - before) < min_change", "history.loss[-1] < min_change"),
    ("training.py", "loss <= FAR * level), default=1)", "loss <= FAR * level), default=2)"),
    ("training.py", "(finite and history.loss[-1] <= FAR * level)", "finite"),
    ("training.py", "level = max(start, ", "level = min(start, "),
    ("training.py", "order = rng.permutation(n)", "order = np.arange(n)"),
    ("training.py", "params, rng = params.copy(),", "params, rng = params,"),
    ("training.py", "kept.append(theta.copy())", "kept.append(theta)"),
    # the diagnosis
    ("diagnosis/__init__.py", 'known = {"n": len(X), **known}', 'known = {"n": 2 * len(X), **known}'),
    ("diagnosis/__init__.py", "np.where(found.kink | found.drowned, np.inf", "np.where(found.kink, np.inf"),
    ("diagnosis/__init__.py", "4 * found.doubt)", "0 * found.doubt)"),
    ("diagnosis/__init__.py", "if min(near, default=1.0) > 1e-9 or", "if min(near, default=1.0) > -1 or"),
    ("diagnosis/__init__.py", "np.where(out, np.nan, np.where(chosen, came, right))", "np.where(chosen, came, right)"),
    ("diagnosis/__init__.py", "np.where(chosen, came, right))", "right)"),
    ("diagnosis/__init__.py", "(numbers.astype(np.float16) != numbers) & ", ""),
    ("diagnosis/__init__.py", "form.build(form.vector), _double(X), _double(Y)", "params, X, Y"),
    ("diagnosis/facts.py", "limit = self.limit if self.fits else self.most", "limit = self.most"),
    ("diagnosis/facts.py", "limit * max(abs(scale), 1e-12)).all()", "limit).all()"),
    ("diagnosis/facts.py", "np.abs(self.right) > 100 * self.limit", "np.abs(self.right) > 0 * self.limit"),
    ("diagnosis/facts.py", "if abs(f) < 1e-9 or not self.is_(f * self.right, f):", "if abs(f) < 1e-9:"),
    ("diagnosis/facts.py", "(pair.telling >= FREE or _reason(f, known))", "True"),
    ("diagnosis/facts.py", '("one_number_sum", r.sum()), ("one_number_mean", r.mean())', '("one_number_sum", r.mean()), ("one_number_mean", r.sum())'),
    ("diagnosis/facts.py", "c.size == 1 and r.size > 1", "c.size == 1"),
    ("diagnosis/facts.py", "pair.known.all() and r.size > 1 and np.ptp(c) <= pair.most", "np.ptp(c) <= pair.most"),
    ("diagnosis/facts.py", "if other is not pair and pair.is_(other.right)", "if other is not pair and other.right.shape == c.shape"),
    ("diagnosis/facts.py", "np.sort(c, axis=None) - np.sort(r, axis=None)", "c.sum() - r.sum()"),
    ("diagnosis/facts.py", "at_most.sum() > 1 and ", ""),
    ("diagnosis/facts.py", "np.clip(r, -most, most)", "np.clip(r, None, most)"),
    ("diagnosis/facts.py", 'and (f < 0 or name == "penalty")', ""),
    ("diagnosis/facts.py", "and np.abs(f * direction).max() > 100 * pair.most", ""),
    ("diagnosis/facts.py", "noise = 4e-15", "noise = 4e-11"),
    ("diagnosis/facts.py", "(nudged(k, h) - base) / h", "(base - nudged(k, -h)) / h"),
    ("diagnosis/facts.py", "if all(abs(way(k, h) - came[k])", "if any(abs(way(k, h) - came[k])"),
    ("diagnosis/passes.py", "LIMIT = 1e-9", "LIMIT = 1e-3"),
    ("diagnosis/passes.py", "Y[rows], (n - 1) / n", "Y[rows], n / (n - 1)"),
    ("diagnosis/passes.py", "b[...] = 0", "b[...] = 1"),
    ("diagnosis/passes.py", "if not stuck:", "if True:"),
    ("diagnosis/passes.py", "if cost == least", "if cost >= least"),
    ("diagnosis/passes.py", "if n > 1 and math.isclose(abs(number), n):", "if n > 1 and math.isclose(abs(number), 2 * n):"),
    ("diagnosis/passes.py", '(n, "not_averaged"), (1 / n, "averaged_twice")', '(1 / n, "not_averaged"), (n, "averaged_twice")'),
    ("diagnosis/search.py", "return len(kinds) + self.odd,", "return len(kinds),"),
    ("diagnosis/search.py", "Story(f * delta, f * plain,", "Story(delta, plain,"),
    ("diagnosis/search.py", '("factor_here", l, f)', '("factor", l, f)'),
    ("diagnosis/search.py", "<= kept[0].cost[0] + 1][:WIDTH]", "<= kept[0].cost[0] + 1][:1]"),
    ("diagnosis/search.py", "== names and _near(s.delta, story.delta)", "== names"),
    ("diagnosis/search.py", "(above.delta @ moved) * slope", "(above.delta @ W) * slope"),
    ("diagnosis/search.py", "above.delta @ (W - rate * moved)", "above.delta @ W"),
    ("diagnosis/search.py", " or (l == net.L and net.loss.on_logits and bend):", ":"),
    ("diagnosis/search.py", "return math.copysign(size, f), FREE", "return size, FREE"),
    ("diagnosis/search.py", "if own < ZERO:", "if own < 0:"),
    ("diagnosis/search.py", "elif min(by_W, by_b) >= FREE:", "else:"),
    ("diagnosis/search.py", " and by_W + by_b >= FREE * (2 if done else 1):", ":"),
    ("diagnosis/search.py", "if not name and (fits[1] >= FREE or fits[0] == 1):", "if not name:"),
    ("diagnosis/search.py", "(came.size < FREE and not any", "(came.size < 0 and not any"),
    ("diagnosis/steps.py", '"diagonal_softmax", -Y * (1 - p)', '"diagonal_softmax", Y * (1 - p)'),
    ("diagnosis/steps.py", '"last_path_only", delta[:, -1:] * W[-1]', '"last_path_only", delta[:, :1] * W[-1]'),
    ("diagnosis/steps.py", '"own_activation", delta.T @ own / n', '"own_activation", delta.T @ own'),
    ("diagnosis/steps.py", '"error_goes_back", plain @ W', '"error_goes_back", delta @ W'),
    ("diagnosis/steps.py", '"slope_of_a", g.derivative(a)', '"slope_of_a", g.derivative(z)'),
    ("diagnosis/steps.py", '"z_in_slope", z * (1 - z) if', '"z_in_slope", z * (1 + z) if'),
    ("diagnosis/verdict.py", "SAME = 1e-7", "SAME = 1e-3"),
    ("diagnosis/verdict.py", "ZERO = 1e-13", "ZERO = 0"),
    ("diagnosis/verdict.py", "FLOOR = 1e-2", "FLOOR = 0"),
    ("diagnosis/verdict.py", "SINGLE = 2e-5", "SINGLE = 2e-2"),
    ("diagnosis/verdict.py", "ENOUGH = 1 / 2", "ENOUGH = 0"),
    ("diagnosis/verdict.py", "if not most and stories is None", "if stories is None"),
    ("diagnosis/verdict.py", 'shared[0] == "factor" and every and', 'shared[0] == "factor" and'),
    ("diagnosis/verdict.py", "not 0 < fact[1] < 1", "not 0 < fact[1]"),
    ("diagnosis/verdict.py", "len(groups) <= TOLD", "len(groups) <= 9"),
    ("diagnosis/verdict.py", 'elif name == "penalty" and detail < 0', 'elif name == "penalty" and detail > 0'),
    ("diagnosis/verdict.py", '1 / detail if name == "averaged_twice" else', ""),
    ("diagnosis/verdict.py", 'return "BP4", say.ONLY_BIASES', 'return "BP3", say.ONLY_BIASES'),
    ("diagnosis/verdict.py", "if bad != list(range(1, top + 1)):", "if False:"),
    ("diagnosis/verdict.py", "if top == len(layers):", "if False:"),
    ("diagnosis/verdict.py", "if max(near) < NEAR:", "if max(near) < 0:"),
    ("diagnosis/verdict.py", "_place(max(rest, key=_off))", "_place(min(rest, key=_off))"),
]  # fmt: skip


def source(name):
    return (TREE / "bpcourse" / name).read_text(encoding="utf-8")


def place(name):
    """The file of bpcourse, or the folder, in which a bug is planted."""
    return Path(name).parts[0].removesuffix(".py")


def survives(number):
    """True if all tests pass with bug `number` in place."""
    name, right, wrong = PLANTED[number]
    with tempfile.TemporaryDirectory() as folder:
        for part in ("bpcourse", "tests", "pyproject.toml"):
            copy = shutil.copytree if (TREE / part).is_dir() else shutil.copy
            copy(TREE / part, Path(folder) / part)
        target = Path(folder) / "bpcourse" / name
        target.write_text(source(name).replace(right, wrong, 1), encoding="utf-8")
        first = {"parameters.py": "training"}.get(name, place(name))  # the likeliest to find it
        tests = [f"tests/maths/test_{test}.py" for test in sorted(TESTS, key=lambda test: test != first)]
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-k", "not torch", *tests]
        environment = os.environ | {"PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1", "BPCOURSE_THOROUGH": "1"}
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True).returncode == 0


def main(places):
    numbers = [k for k, (name, *_) in enumerate(PLANTED) if not places or place(name) in places]
    alive = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, lives in zip(numbers, pool.map(survives, numbers), strict=True):
            if lives:
                alive.append(number)
                print("survived:", *PLANTED[number], sep="\n    ", flush=True)
    killed = len(numbers) - len(alive)
    print(f"{killed} of {len(numbers)} planted bugs found: {100 * killed / max(len(numbers), 1):.0f} %")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
