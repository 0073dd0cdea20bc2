"""Learning curves of several training runs, side by side (exercises of chapter `training`)."""

import numpy as np

from .style import ACCENT, INK, PALE, new_axes, styled


@styled
def plot_runs(runs, ax=None, title=""):
    """Losses over the epochs, one panel a run on common axes; runs = {name: (training, validation)}."""
    ax = new_axes(ax, height=400)
    start, ticks = 0.0, []
    longest = max(len(training) for training, _ in runs.values())
    gap = 0.12 * longest
    labelled = max(runs, key=lambda name: abs(runs[name][1][-1] - runs[name][0][-1]))  # where there is most room
    for number, (name, (training, validation)) in enumerate(runs.items()):
        epochs = start + np.arange(1, len(training) + 1)
        ax.plot(epochs, training, color=INK, lw=1.8)
        ax.plot(epochs, validation, color=ACCENT, lw=2.6)
        middle = start + (1 + len(training)) / 2
        ax.annotate(f"run {name}", (middle, 1), (0, 8), xycoords=("data", "axes fraction"), textcoords="offset points",
                    ha="center", va="bottom", weight="bold", size=12)  # fmt: skip
        ticks += [(start + epoch, epoch) for epoch in sorted({1, max(len(training) // 2, 1), len(training)})]
        if name == labelled:
            for losses, label, colour, up in ((validation, "validation", ACCENT, 12), (training, "training", INK, -12)):
                ax.annotate(label, (epochs[-1], losses[-1]), (0, up), textcoords="offset points", ha="right",
                            va="bottom" if up > 0 else "top", color=colour)  # fmt: skip
        start += len(training) + gap
        if number < len(runs) - 1:
            ax.axvline(start + 0.5 - gap / 2, color=PALE, lw=1.5, zorder=0)
    ax.set(xlabel="epoch", ylabel="loss", xlim=(0.5 - gap / 2, start + 0.5 - gap / 2), ylim=(0, None))
    ax.set_xticks([at for at, _ in ticks], [str(epoch) for _, epoch in ticks])
    ax.set_title(title, pad=34)
    return ax
