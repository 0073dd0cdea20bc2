"""The teacher's page: what to look at first, who solved what, which misconceptions there are, who falls behind."""

from urllib.parse import quote

from . import charts
from .counts import STATES, behind, latest, misconceptions, shares, states
from .page import CLASSES, escape, name, page, prose, words
from .sheets import UNSAFE
from .spreadsheets import file_names, plain, write
from .tables import by_learner, maximum

_FEW = 6  # names shown before the rest is folded
_MANY = 24  # rows of a list shown before the rest is folded

_STYLE = """
.top { display: grid; grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr); gap: 12px 40px; margin-top: 14px; }
.top h2 { margin-top: 12px; } svg { width: 100%; display: block; } svg text { font-size: 12px; fill: var(--ink); }
svg .soft { fill: var(--soft); font-size: 11px; } svg .name { font-weight: 600; } svg .value { font-size: 11px; }
.rule { stroke: var(--line); } .trend { fill: none; stroke: var(--yes); stroke-width: 1.5; opacity: .55; }
.half { fill: var(--part); opacity: .75; } .median { stroke: var(--ink); stroke-width: 2.5; }
.in { fill: var(--yes); } .late { fill: var(--no); } .empty { fill: var(--none); opacity: .45; }
.first { list-style: none; padding: 0; margin: 0; } .first > li { padding: 7px 0; border-top: 1px solid var(--line); }
details > summary { cursor: pointer; } details > summary::marker { color: var(--soft); }
.key { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin: 0 4px 0 12px; }
.cards { columns: 2 460px; column-gap: 40px; } .card { break-inside: avoid; padding-bottom: 16px; }
.row { display: grid; grid-template-columns: 170px minmax(0, 1fr) 30px; gap: 10px; align-items: center; }
.row > span:first-child { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bar { display: flex; height: 17px; border-radius: 3px; overflow: hidden; margin: 2px 0; }
.bar, .key.hatched { background: repeating-linear-gradient(45deg, var(--line) 0 2px, transparent 2px 5px); }
.bar > i { font: 11px/17px system-ui, sans-serif; color: #fff; text-align: center; overflow: hidden; height: 17px; }
i.yes, .key.yes { background: var(--yes); } i.part, .key.part { background: var(--part); }
i.no, .key.no { background: var(--no); } i.none, .key.none { background: var(--none); }
.bar > i.part, .bar > i.no, .bar > i.none { color: #111; }
@media (prefers-color-scheme: dark) { .bar > i.part, .bar > i.none { color: #fff; } .bar > i.yes { color: #111; } }
.met { display: grid; grid-template-columns: 44px minmax(0, 1fr); gap: 2px 12px; break-inside: avoid; padding: 7px 0;
  border-top: 1px solid var(--line); } .met > b { font-size: 20px; line-height: 1.2; text-align: right; }
.mets { columns: 2 460px; column-gap: 40px; }
.people { display: flex; flex-wrap: wrap; gap: 8px 32px; }
.people > div { flex: 1 1 380px; max-width: 430px; min-width: 0; }
.person { display: flex; gap: 2px; align-items: center; break-inside: avoid; line-height: 20px; }
.person > span { flex: 1; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.cell { width: 29px; height: 18px; position: relative; text-align: center; background: var(--wash); flex: none;
  font: 11px/18px system-ui, sans-serif; }
.cell > i { position: absolute; inset: 0; background: var(--yes); }
.cell > u { position: relative; text-decoration: none; }
.cell.out { color: var(--soft); background: none; } .cell.tardy { box-shadow: inset 0 -3px var(--no); }
.person.heads .cell { background: none; font-weight: 600; }
@media (max-width: 1000px) { .top { grid-template-columns: minmax(0, 1fr); } }
"""


def _link(learner, links):
    return f'<a href="{links[learner]}">{name(learner)}</a>'


def _people(learners, links):
    """Names, linked to their sheets, the later ones folded."""
    found = [_link(learner, links) for learner in learners]
    if len(found) <= _FEW + 1:
        return ", ".join(found)
    rest = f"<details><summary>and {len(found) - _FEW} more</summary>{', '.join(found[_FEW:])}</details>"
    return ", ".join(found[:_FEW]) + rest


def _list(rows, style):
    """Rows of HTML in a block, the later ones folded."""
    shown = f'<div class="{style}">{"".join(rows[:_MANY])}</div>'
    rest = rows[_MANY:]
    fold = f'<details><summary>{len(rest)} more</summary><div class="{style}">{"".join(rest)}</div></details>'
    return shown + (fold if rest else "")


def _percent(share):
    return "–" if share is None else f"{share:.0%}".replace("%", " %")


def _first(records, points, reached, pairs, links):
    """What a teacher should look at, most urgent first."""
    items = []
    if any(UNSAFE in remark for record in records for remark in record.remarks):
        items.append('<span class="warn">Marked with --unsafe</span>: answers ran without a sandbox.')
    lost = [record for record in records if record.total is None]
    if lost:
        names = _people(sorted({record.learner for record in lost}), links)
        items.append(f'<span class="warn">{_count(len(lost), "notebook")} could not be marked</span>: {names}')
    late = behind(records, reached)
    if late:
        trend = {who: " → ".join(_percent(got) for got in mine) for who, mine in late.items()}
        rows = [f'{_link(who, links)} <span class="soft">{trend[who]}</span>' for who in late]
        where = " and ".join(charts.short(assignment) for assignment in latest(records, reached))
        verb = "falls" if len(late) == 1 else "fall"
        items.append(f"<b>{_count(len(late), 'learner')} {verb} behind</b> in {escape(where)}: {_folded(rows)}")
    if pairs:
        rows = []
        for pair in pairs[:_MANY]:
            both = " and ".join(_link(who, links) for who in pair.learners)
            rows.append(f'{both} <span class="soft">{_count(len(pair.exercises), "exercise")}</span>')
        number = _count(len(pairs), "pair")
        items.append(f'<b>{number} of similar answers</b> (<a href="similar.csv">list</a>): {_folded(rows)}')
    counted = [(counts, key) for key, counts in states(records, points).items() if counts.total()]
    hard = sorted(counted, key=lambda one: (one[0][STATES[0]] / one[0].total(), one[1]))[:3]
    hard = [one for one in hard if one[0][STATES[0]] < one[0].total()]
    if hard:
        rows = [
            f"{escape(words(exercise))} in {escape(charts.short(assignment))} "
            f'<span class="soft">{counts[STATES[0]]} of {counts.total()}</span>'
            for counts, (assignment, exercise) in hard
        ]
        items.append(f"<b>Solved by the fewest:</b> {'; '.join(rows)}")
    met = misconceptions(records)[:3]
    if met:
        rows = [
            f"{escape(words(one.name))} in {escape(charts.short(one.assignment))}, {escape(words(one.exercise))} "
            f'<span class="soft">{_count(len(one.learners), "learner")}</span>'
            for one in met
        ]
        items.append(f'<a href="#misconceptions"><b>Most frequent misconceptions</b></a>: {"; ".join(rows)}')
    said = [record for record in records if record.remarks]
    if said:
        number = _count(sum(len(record.remarks) for record in said), "remark")
        items.append(f'<a href="#remarks"><b>{number}</b></a> on what was handed in')
    return f'<ul class="first">{"".join(f"<li>{item}</li>" for item in items)}</ul>' if items else "<p>Nothing.</p>"


def _folded(rows):
    more = f"<details><summary>and {len(rows) - _FEW} more</summary>{'; '.join(rows[_FEW:])}</details>"
    return "; ".join(rows[:_FEW]) + (more if len(rows) > _FEW else "")


def _count(number, noun):
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _exercises(records, points, class_size):
    """A card for each assignment, with a bar for each exercise."""
    counted, cards = states(records, points), []
    for assignment, exercises in points.items():
        rows = []
        for exercise in exercises:
            counts, bits = counted[assignment, exercise], []
            for state in STATES:
                if counts[state]:
                    wide = 100 * counts[state] / class_size
                    text, tip = counts[state] if wide >= 6 else "", f"{state}: {counts[state]}"
                    bits.append(f'<i class="{CLASSES[state]}" style="width:{wide:.2f}%" title="{tip}">{text}</i>')
            label = escape(words(exercise))
            rows.append(
                f'<div class="row"><span title="{label}">{label}</span><div class="bar">{"".join(bits)}</div>'
                f'<span class="n soft">{plain(exercises[exercise])}</span></div>'
            )
        handed = sum(record.assignment == assignment for record in records)
        cards.append(
            f'<div class="card"><h3>{escape(words(assignment))} <span class="soft">{handed} of {class_size} handed in; '
            f"{plain(maximum(points, assignment))} points</span></h3>{''.join(rows)}</div>"
        )
    key = "".join(f'<span class="key {CLASSES[state]}"></span>{state}' for state in STATES)
    key = f'<p class="soft">{key}<span class="key hatched"></span>Not handed in. At the right: points.</p>'
    return f'{key}<div class="cards">{"".join(cards)}</div>'


def _misconceptions(records, links):
    rows = [
        f'<div class="met"><b>{len(met.learners)}</b><div><b>{escape(words(met.name))}</b> '
        f'<span class="soft">in {escape(charts.short(met.assignment))}, {escape(words(met.exercise))}</span>'
        f'<p class="soft">{prose(met.message)}</p><div>{_people(met.learners, links)}</div></div></div>'
        for met in misconceptions(records)
    ]
    return _list(rows, "mets") if rows else "<p>No check has named one.</p>"


def _learners(records, reached, links):
    """A row for each learner, a cell for each assignment."""
    heads = "".join(f'<div class="cell">{escape(charts.short(a)[:4])}</div>' for a in reached)
    head, rows = f'<div class="person heads"><span></span>{heads}</div>', []
    for learner, mine in by_learner(records).items():
        cells = []
        for assignment in reached:
            got, record = reached[assignment].get(learner), mine.get(assignment)
            tardy = " tardy" if record and record.late > 0 else ""
            if got is None:
                cells.append(f'<div class="cell out{tardy}">{"?" if record else "–"}</div>')
            else:
                tint = f'<i style="opacity:{0.6 * got:.2f}"></i>'
                cells.append(f'<div class="cell{tardy}">{tint}<u>{100 * got:.0f}</u></div>')
        rows.append(f'<div class="person"><span>{_link(learner, links)}</span>{"".join(cells)}</div>')
    tall = max(_MANY // 2, -(-len(rows) // 3))  # in at most three columns
    parts = ["".join([head, *rows[k : k + tall]]) for k in range(0, len(rows), tall)]
    return f'<div class="people">{"".join(f"<div>{part}</div>" for part in parts)}</div>'


def _remarks(records, links):
    rows = [
        f'<div class="met"><span class="soft n">{escape(charts.short(record.assignment))}</span><div>'
        f"{_link(record.learner, links)}: {prose(' '.join(record.remarks))}</div></div>"
        for record in sorted(records, key=lambda record: (record.assignment, record.learner))
        if record.remarks
    ]
    return _list(rows, "mets")


def overview(records, points, pairs=()):
    """The page, HTML. pairs: of similar.similar. Links lead to the sheets beside it."""
    everybody = by_learner(records)
    if not everybody:
        return page("The class", "<h1>Nobody has handed in anything yet</h1>", _STYLE)
    links = {who: "sheets/" + quote(file, errors="replace") for who, file in file_names(everybody, ".html").items()}
    late = sum(record.late > 0 for record in records)
    reached = shares(records, points)
    hard = charts.hardest(reached)
    body = [
        f"<h1>{_count(len(everybody), 'learner')}, {_count(len(points), 'assignment')}</h1>",
        f'<p class="soft">{len(records)} of {len(everybody) * len(points)} notebooks are in, {late} of them late.</p>',
        '<div class="top"><section>',
        f"<h2>{escape(charts.short(hard[0]))} has the lowest median, {_percent(hard[1])}</h2>" if hard else "",
        charts.weeks(records, reached),
        '<p class="soft">Line: the median, in %. Box: the middle half of the class. Below: how many handed in.</p>'
        if hard
        else "<p>Nothing is marked yet.</p>",
        "</section><section><h2>Look at these first</h2>",
        _first(records, points, reached, pairs, links),
        "</section></div>",
        "<h2>Who solved what</h2>",
        _exercises(records, points, len(everybody)),
        '<h2 id="misconceptions">Misconceptions, and who has them</h2>',
        _misconceptions(records, links),
        '<h2>Everybody</h2><p class="soft">Percent of the points, before the rule for late work. Underlined: late. '
        "–: not handed in. ?: not marked.</p>",
        _learners(records, reached, links),
    ]
    if times := charts.arrivals(records, points):
        body.append(f'<section style="max-width:760px"><h2>When the work came in</h2>{times}</section>')
    if any(record.remarks for record in records):
        body += ['<h2 id="remarks">Remarks</h2>', _remarks(records, links)]
    return page("The class", "\n".join(part for part in body if part), _STYLE)


def write_overview(folder, records, points, pairs=()):
    """Writes out/overview.html of the class folder."""
    write(folder / "out" / "overview.html", overview(records, points, pairs))
