"""Plot of chapter `tape`: what a tape keeps until the way back has used it."""

from .style import FORWARD, GREY, INK, PALE, new_axes, styled


@styled
def plot_kept(programs, ax=None, title=""):
    """Bars of the numbers that tapes keep, line by line; programs = {name: {line: how many numbers}}."""
    rows = sum(len(lines) + 1 for lines in programs.values())
    ax = new_axes(ax, height=90 + 24 * rows)
    y, most = 0, max(count for lines in programs.values() for count in lines.values())
    for name, lines in programs.items():
        ax.text(0, y, f"{name}: {sum(lines.values()):,}", va="center", weight="bold", color=INK)
        for line, count in lines.items():
            y -= 1
            ax.barh(y, count, height=0.72, color=FORWARD)
            ax.text(count + most / 100, y, f"{count:,}", va="center", color=GREY)
            ax.text(-most / 100, y, line, va="center", ha="right", color=INK)
        y -= 1.4
    ax.set(ylim=(y + 0.8, 0.7), xlim=(0, 1.1 * most), yticks=[], xlabel="numbers kept until the sweep")
    ax.grid(axis="x", color=PALE, lw=0.8)
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)
    ax.set_title(title)
    return ax
