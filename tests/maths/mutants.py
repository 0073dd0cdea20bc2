"""Bugs planted in the mathematics, one at a time: does a test fail for each? `python tests/maths/mutants.py` runs them all.

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
TESTS = ("activations", "losses", "optimizers", "gradcheck", "training", "network")

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
]  # fmt: skip


def source(name):
    return (TREE / "bpcourse" / name).read_text(encoding="utf-8")


def survives(number):
    """True if all tests pass with bug `number` in place."""
    name, right, wrong = PLANTED[number]
    with tempfile.TemporaryDirectory() as folder:
        for part in ("bpcourse", "tests", "pyproject.toml"):
            copy = shutil.copytree if (TREE / part).is_dir() else shutil.copy
            copy(TREE / part, Path(folder) / part)
        target = Path(folder) / "bpcourse" / name
        target.write_text(source(name).replace(right, wrong, 1), encoding="utf-8")
        first = {"parameters.py": "training"}.get(name, name.removesuffix(".py"))  # the likeliest to find it
        tests = [f"tests/maths/test_{test}.py" for test in sorted(TESTS, key=lambda test: test != first)]
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-k", "not torch", *tests]
        environment = os.environ | {"PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True).returncode == 0


def main():
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        alive = []
        for number, lives in enumerate(pool.map(survives, range(len(PLANTED)))):
            if lives:
                alive.append(number)
                print("survived:", *PLANTED[number], sep="\n    ", flush=True)
    killed = len(PLANTED) - len(alive)
    print(f"{killed} of {len(PLANTED)} planted bugs found: {100 * killed / len(PLANTED):.0f} %")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
