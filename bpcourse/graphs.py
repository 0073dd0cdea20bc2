"""A network taken apart into single numbers: the computational graph of one example (chapter `derivation`)."""

from .arrays import batch


def network(net, params, x, y):
    """The graph of the loss of one example, x (1, n_0) and y (1, n_L): {node: [(parent, d node / d parent), ...]}.

    Nodes come in topological order, every one after its parents; the last is the loss "E". Names count from 0 and carry
    the layer: "a0[2]" is an input, "W1[0,2]" a weight, "b1[0]" a bias, "z1[0]" a sum, "a1[0]" an output.
    """
    x, y = batch("x", x, net.sizes[0]), net.targets(y)
    if len(x) != 1 or len(y) != 1:
        raise ValueError(f"x has {len(x)} rows and y has {len(y)}; expected one example, so one row each")
    trace, parents = net.forward(params, x), {}
    for layer, g in net.g.items():
        W, before, slope = params.W[layer], trace.a[layer - 1][0], g.derivative(trace.z[layer][0])
        for j in range(net.sizes[layer]):
            rows = [(f"b{layer}[{j}]", 1.0)]
            for i, a in enumerate(before):
                rows += [(f"W{layer}[{j},{i}]", float(a)), (f"a{layer - 1}[{i}]", float(W[j, i]))]
            parents[f"z{layer}[{j}]"] = rows
            parents[f"a{layer}[{j}]"] = [(f"z{layer}[{j}]", float(slope[j]))]
    back = net.loss.gradient(trace.output, y)[0]
    parents["E"] = [(f"a{net.L}[{k}]", float(d)) for k, d in enumerate(back)]
    return parents
