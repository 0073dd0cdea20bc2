"""How fast is a training step? Ratios against PyTorch and scikit-learn in one run, on one thread, in float64.

    python benchmarks/speed.py        (make bench runs it too)

A step is forward, loss, backward and a momentum update. "train": the step as `bp.train` takes it, in place on its own
copy. "pure": the same through the public functions, which check what they are given, and change nothing of it.
"in place": those, with in_place=True for the update. "floor": the matrix products of the step alone.
"""

import os

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
os.environ.update(dict.fromkeys(THREADS, "1"))  # before NumPy is loaded

import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import warnings  # noqa: E402

import numpy as np  # noqa: E402

import bpcourse as bp  # noqa: E402

SIZES = [((2, 2, 2), 1), ((2, 16, 16, 2), 32), ((64, 64, 10), 32), ((784, 128, 10), 64), ((784, 512, 512, 10), 256)]
GOALS = [4, 3.5, 3, 1.1, 1.0]


def seconds(functions, budget=3.0):
    """The fastest of several rounds of each function, the rounds taken in turn so that all see the same machine."""
    start = time.perf_counter()
    for function in functions:
        function()
    repeats = max(1, int(0.02 / max(time.perf_counter() - start, 1e-9)))
    best, end = [np.inf] * len(functions), time.perf_counter() + budget
    while time.perf_counter() < end:
        for k, function in enumerate(functions):
            start = time.perf_counter()
            for _ in range(repeats):
                function()
            best[k] = min(best[k], (time.perf_counter() - start) / repeats)
    return best


def case(sizes, n):
    """(net, params, X, Y): tanh, sigmoid and half squared error in the plane; else relu and cross-entropy."""
    rng = np.random.default_rng(0)
    plane = sizes[0] == 2
    hidden, output = (bp.tanh, bp.sigmoid) if plane else (bp.relu, bp.identity)
    net = bp.Network(sizes, hidden, output, bp.half_squared_error if plane else bp.cross_entropy)
    return net, net.init(0), rng.normal(size=(n, sizes[0])), bp.one_hot(rng.integers(sizes[-1], size=n), sizes[-1])


def ours(net, params, X, Y):
    """The step of `bp.train`, and the step through the public functions, pure and in place."""
    rule = bp.momentum(0.01)
    own, grads, state = params.copy(), params.copy(), rule.init(params)

    def train():
        net.backpropagate(own, *net.propagate(own, X), Y, grads)
        rule.update(own, grads, state, in_place=True)

    def public(in_place):
        now = [params.copy(), rule.init(params)]

        def step():
            trace = net.backward(now[0], net.forward(now[0], X), Y)
            now[:] = rule.update(now[0], trace.grads, now[1], in_place)

        return step

    return train, public(in_place=False), public(in_place=True)


def floor(net, params, X, Y):
    """The matrix products of one step, and nothing else."""
    A = [np.ones((len(X), width)) for width in net.sizes]
    out = params.copy()

    def products():
        for layer, W in params.W.items():
            A[layer - 1] @ W.T
            np.matmul(A[layer].T, A[layer - 1], out=out.W[layer])
            if layer > 1:
                A[layer] @ W

    return products


def torch_step(net, params, X, Y):
    """The same step in PyTorch, eager, or None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    layers, plane = [], net.loss is bp.half_squared_error
    for n_in, n_out in zip(net.sizes[:-1], net.sizes[1:], strict=True):
        layers += [torch.nn.Linear(n_in, n_out, dtype=torch.float64), torch.nn.Tanh() if plane else torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1], *([torch.nn.Sigmoid()] if plane else []))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    tX, tY, labels = torch.tensor(X), torch.tensor(Y), torch.tensor(Y.argmax(1))

    def step():
        optimizer.zero_grad()
        output = model(tX)
        if plane:
            cost = ((output - tY) ** 2).sum(1).mean() / 2
        else:
            cost = torch.nn.functional.cross_entropy(output, labels)
        cost.backward()
        optimizer.step()

    return step


def against_sklearn():
    """(our seconds, theirs) for one epoch of 64-64-10 on the digits, batch 32, momentum; or None."""
    try:
        from sklearn.neural_network import MLPClassifier
    except ImportError:
        return None
    warnings.simplefilter("ignore")  # it warns that one epoch is few
    X, labels, _, _ = bp.datasets.digits()
    net = bp.Network((64, 64, 10), bp.relu, bp.identity, bp.cross_entropy)
    params, rule = net.init(0, "he"), bp.momentum(0.1)
    theirs = MLPClassifier((64,), solver="sgd", learning_rate_init=0.1, momentum=0.9, nesterovs_momentum=False,
                           alpha=0, batch_size=32, max_iter=1, random_state=0)  # fmt: skip
    return seconds([
        lambda: bp.train(net, params, X, labels, rule, epochs=1, batch_size=32, progress=False),
        lambda: theirs.fit(X, labels),
    ])  # fmt: skip


def digits():
    """(held-out accuracy, seconds of training) of 64-64-10 on the digits: 20 epochs, batch 32, momentum."""
    X, labels, X_test, labels_test = bp.datasets.digits()
    net = bp.Network((64, 64, 10), bp.relu, bp.identity, bp.cross_entropy)
    start = time.perf_counter()
    history = bp.train(net, net.init(0, "he"), X, labels, bp.momentum(0.1), epochs=20, batch_size=32, progress=False)
    return net.accuracy(history.params, X_test, labels_test), time.perf_counter() - start


def import_ratio(rounds=15):
    """How many times as long as `import numpy` the `import bpcourse` takes, without the interpreter's own start."""
    programs = "pass", "import numpy", "import bpcourse"
    best = dict.fromkeys(programs, np.inf)
    for _ in range(rounds):
        for program in programs:
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], check=True)
            best[program] = min(best[program], time.perf_counter() - start)
    bare, numpy, ours = best.values()
    return (ours - bare) / (numpy - bare)


def main():
    columns = ("network", "batch", "train, µs", "pure, µs", "in place, µs", "PyTorch, µs", "PyTorch / train", "goal")
    print("|", " | ".join(columns), "| PyTorch / pure | PyTorch / in place | floor / train |")
    print("|---" * 11 + "|")
    for (sizes, n), goal in zip(SIZES, GOALS, strict=True):
        example = case(sizes, n)
        step = torch_step(*example)
        steps = [*ours(*example), floor(*example), *([step] if step else [])]
        train, pure, in_place, least, *torch = (1e6 * t for t in seconds(steps))
        against = [f"{torch[0] / t:.2f}" if torch else "–" for t in (train, pure, in_place)]
        theirs = [f"{torch[0]:.0f}" if torch else "–", against[0], str(goal), *against[1:]]
        cells = ["-".join(map(str, sizes)), str(n), *(f"{t:.0f}" for t in (train, pure, in_place)), *theirs]
        print("|", " | ".join([*cells, f"{least / train:.2f}"]), "|")
    epoch = against_sklearn()
    if epoch:
        print(f"\nOne epoch on the digits, 64-64-10, batch 32: {1e3 * epoch[0]:.1f} ms; scikit-learn's MLPClassifier")
        print(f"takes {epoch[1] / epoch[0]:.1f} times as long (goal 2.5).")
    accuracy, took = digits()
    print(f"The digits: {100 * accuracy:.1f} % of the held-out ones right after {took:.1f} s (goal 97 % in 5 s).")
    print(f"import bpcourse takes {import_ratio():.2f} times as long as import numpy (goal 1.3).")


if __name__ == "__main__":
    main()
