"""The two drawings of the teacher's page, as SVG: marks over the weeks, and when the work came in."""

from datetime import UTC, timedelta
from statistics import median, quantiles

from .page import escape

_FAR = timedelta(days=200)  # from the median: such a time is some machine's mistake, and would squeeze all others


def short(assignment):
    """An assignment's number, where its name begins with one; else its name, cut."""
    first = assignment.split("_")[0]
    return first if first.isdigit() else assignment[:11]


def _text(x, y, text, style="", anchor="middle"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{style}">{escape(text)}</text>'


def _svg(width, height, label, parts):
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'


def weeks(records, reached):
    """Marks by assignment: the median, the middle half, and below how many handed in. "" if nothing is marked.

    reached: of `counts.shares`.
    """
    reached = {name: sorted(by.values()) for name, by in reached.items()}
    if not any(reached.values()):
        return ""
    class_size = len({record.learner for record in records})
    width, left, top, foot = 620, 44, 16, 196
    step = (width - left - 10) / len(reached)
    parts = []
    for share in (0, 0.5, 1):
        y = foot - (foot - top) * share
        parts.append(f'<line x1="{left}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}" class="rule"/>')
        parts.append(_text(left - 6, y + 4, f"{share:.0%}".replace("%", " %"), "soft", "end"))
    line = []
    for k, name in enumerate(reached):
        x, values = left + step * (k + 0.5), reached[name]
        count = sum(record.assignment == name for record in records)
        parts.append(_text(x, foot + 18, short(name), "name"))
        full, w = 26 * count / max(class_size, 1), min(step * 0.5, 34)
        parts.append(f'<rect x="{x - w / 2:.1f}" y="{foot + 26}" width="{w:.1f}" height="26" class="empty"/>')
        parts.append(
            f'<rect x="{x - w / 2:.1f}" y="{foot + 52 - full:.1f}" width="{w:.1f}" height="{full:.1f}" class="in"/>'
        )
        parts.append(_text(x, foot + 66, f"{count}", "soft"))
        if not values:
            continue
        low, middle, high = quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
        a, b, c = (foot - (foot - top) * share for share in (low, middle, high))
        parts.append(
            f'<rect x="{x - w / 2:.1f}" y="{c:.1f}" width="{w:.1f}" height="{max(a - c, 1):.1f}" class="half" rx="3"/>'
        )
        parts.append(f'<line x1="{x - w / 2:.1f}" x2="{x + w / 2:.1f}" y1="{b:.1f}" y2="{b:.1f}" class="median"/>')
        parts.append(_text(x + w / 2 + 4, b + 4, f"{middle:.0%}".rstrip("%"), "value", "start"))
        line.append(f"{x:.1f},{b:.1f}")
    if len(line) > 1:
        parts.insert(3 * 2, f'<polyline points="{" ".join(line)}" class="trend"/>')
    parts.append(_text(left - 6, foot + 44, "in", "soft", "end"))
    return _svg(width, foot + 74, "Marks by assignment, and how many handed in", parts)


def hardest(reached):
    """(assignment, median share) of the lowest median; None if nothing is marked."""
    middles = [(median(by.values()), name) for name, by in reached.items() if by]
    return min(middles)[::-1] if middles else None


def arrivals(records, points):
    """When each assignment came in, late work in another colour; "" if no times are known."""
    timed = [record for record in records if record.when is not None and record.assignment in points]
    if not timed:
        return ""
    times = {id(record): record.when.astimezone(UTC) for record in timed}
    middle = sorted(times.values())[len(times) // 2]
    near = [record for record in timed if abs(times[id(record)] - middle) <= _FAR]
    first, last = min(times[id(r)] for r in near), max(times[id(r)] for r in near)
    span = max(last - first, timedelta(hours=12))
    width, left, row, bins = 620, 44, 30, 96
    used = [name for name in points if any(record.assignment == name for record in near)]
    height = row * len(used) + 26
    counts = {name: [[0, 0] for _ in range(bins)] for name in used}
    for record in near:
        place = min(int((times[id(record)] - first) / span * bins), bins - 1)
        counts[record.assignment][place][record.late > 0] += 1
    most = max(sum(pair) for by in counts.values() for pair in by)
    parts, wide = [], (width - left - 10) / bins
    for k, name in enumerate(used):
        foot = row * (k + 1)
        parts.append(f'<line x1="{left}" x2="{width - 10}" y1="{foot}" y2="{foot}" class="rule"/>')
        parts.append(_text(left - 6, foot - 3, short(name), "name", "end"))
        for place, (in_time, late) in enumerate(counts[name]):
            y = foot
            for number, style in ((in_time, "in"), (late, "late")):
                tall = max((row - 5) * number / most, 2.5) if number else 0
                y -= tall
                if number:
                    x = left + place * wide
                    parts.append(
                        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" class="{style}"/>'
                    )
    for k in range(5):
        x = left + (width - left - 10) * k / 4
        anchor = "start" if k == 0 else "end" if k == 4 else "middle"
        parts.append(_text(x, height - 6, f"{first + span * k / 4:%d %b %Y}".lstrip("0"), "soft", anchor))
    label = "When the work came in"
    note = (
        f'<p class="soft">{len(timed) - len(near)} times far from all others are left out.</p>' if near != timed else ""
    )
    return _svg(width, height, label, parts) + note
