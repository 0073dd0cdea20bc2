"""The teacher's page, and the numbers on it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from by_hand import NAMES, POINTS, mark, record
from test_sheets import Seen

from bpcourse.marking import messages as say
from bpcourse.teaching import charts
from bpcourse.teaching.counts import behind, current, misconceptions, shares, states
from bpcourse.teaching.overview import overview, write_overview
from bpcourse.teaching.records import Record
from bpcourse.teaching.similar import Pair


def met(learner, name, message="Which slope?", points=0.0):
    return Record(learner, "01_first", (mark("one", points, 1.0, message, diagnosis=name),))


# ---- numbers


def test_each_exercise_is_counted_by_what_became_of_it():
    records = [
        record("a"),
        record("b", points=(0.0, 1.0)),
        record("c", points=(0.0, 0.0), by_hand={"one": 1.0}),
        record("d", points=()),
        Record("e", "01_first", (mark("one", 0.0, 1.0, status=say.NOT_ATTEMPTED),)),
    ]
    found = states(records, POINTS)
    assert found["01_first", "one"] == {say.PASSED: 2, say.NOT_YET: 1, say.NOT_ATTEMPTED: 1}
    assert found["01_first", "two"] == {say.PASSED: 1, say.IN_PART: 1, say.NOT_YET: 1}
    assert found["02_second", "three"] == {}


def test_misconceptions_are_counted_with_who_has_them():
    records = [met("b", "slope_missing"), met("a", "slope_missing", "You missed it."), met("c", "sign"), met("d", None)]
    records += [met("e", "slope_missing", "You missed it."), met("f", "sign", points=1.0)]
    first, second = misconceptions(records)
    assert (first.name, first.learners, first.message) == ("slope_missing", ("a", "b", "e"), "You missed it.")
    assert (second.name, second.learners) == ("sign", ("c",))


def test_shares_are_of_what_was_marked_before_the_rule_for_late_work():
    records = [
        record("a", points=(1.0, 0.5), late=9.0, kept=0.0),
        record("b", points=()),
        record("c", "02_second", (3.0,)),
    ]
    assert shares(records, POINTS) == {"01_first": {"a": 0.5}, "02_second": {"c": 1.0}}


def test_who_falls_behind():
    points = {name: {"one": 1.0} for name in ("a", "b", "c", "d")}

    def got(learner, *marks):
        return [
            Record(learner, name, (mark("one", m, 1.0),))
            for name, m in zip(points, marks, strict=False)
            if m is not None
        ]

    records = (
        got("good", 1, 1, 1, 1)
        + got("fine", 1, 1, 1)
        + got("middle", 0.8, 0.6, 0.6)
        + got("once", 1, 1, 0.1)
        + got("gone", 1)
    )
    records += got("weak", 1, 0.2, 0.2) + got("new", None, None, 0.9)
    assert current(records, points) == ["a", "b", "c"]  # d has hardly begun
    assert behind(records, shares(records, points)) == {"gone": [None, None], "weak": [0.2, 0.2]}
    assert behind([], {name: {} for name in points}) == {}


def test_the_median_and_the_middle_half_are_drawn():
    records = [record(f"l{k}", "02_second", (3.0 * k / 4,)) for k in range(5)]
    reached = shares(records, POINTS)
    assert charts.hardest(reached | {"03_third": {"l0": 0.9}}) == ("02_second", 0.5)
    drawing = charts.weeks(records, reached)
    (y,) = re.findall(r'y1="([\d.]+)" y2="[\d.]+" class="median"', drawing)
    rules = [float(y) for y in re.findall(r'y1="([\d.]+)" y2="[\d.]+" class="rule"', drawing)]
    assert float(y) == rules[1]  # 0, 50, 100 %
    (top, height) = re.findall(r'y="([\d.]+)" width="[\d.]+" height="([\d.]+)" class="half"', drawing)[0]
    assert float(height) == pytest.approx((rules[0] - rules[2]) / 2) and float(top) == pytest.approx(
        (rules[1] + rules[2]) / 2
    )
    assert charts.weeks([], {name: {} for name in POINTS}) == "" and charts.hardest({"a": {}}) is None


def test_hand_ins_are_drawn_when_they_came():
    start = datetime(2026, 10, 1, tzinfo=UTC)
    records = [record(f"l{k}", when=start + timedelta(days=k), late=float(k > 7)) for k in range(10)]
    drawing = charts.arrivals(records, POINTS)
    assert drawing.count('class="in"') == 8 and drawing.count('class="late"') == 2
    assert "1 Oct 2026" in drawing and "10 Oct 2026" in drawing
    wild = records + [record("x", when=datetime(1980, 1, 1, tzinfo=UTC))]  # a zip that knows no time
    assert charts.arrivals(wild, POINTS).startswith(drawing) and "1 times" in charts.arrivals(wild, POINTS)
    assert charts.arrivals([record("a", when=None)], POINTS) == ""
    assert charts.arrivals([record("a")], POINTS)


# ---- the page


def page(records, pairs=()):
    return overview(records, POINTS, pairs)


def everything():
    """A class in which there is something for each part of the page."""
    records = [record(f"l{k:02}") for k in range(20)] + [
        met(f"m{k:02}", "slope_missing", "See `g`.") for k in range(12)
    ]
    records += [record("lost", points=(), remarks=("`x.ipynb` is no notebook.",)), record("late", late=2.0, kept=0.5)]
    records += [record("bare", remarks=("marked with --unsafe: x",))]
    return records, [Pair(("l00", "l01"), (("01_first", "one"),), 5.0)]


def test_the_page_shows_what_to_look_at():
    seen = Seen(page(*everything()))
    for part in (
        "35 learners, 2 assignments",
        "Marked with --unsafe",
        "1 notebook could not be marked",
        "1 pair of similar answers",
        "2 remarks",
        "slope missing",
        "See g.",
        "and 6 more",
        "x.ipynb is no notebook.",
    ):
        assert part in seen.text, part
    assert "sheets/lost.html" in seen.attributes["href"] and "similar.csv" in seen.attributes["href"]


def test_bars_are_as_long_as_the_counts():
    widths = re.findall(
        r'style="width:([\d.]+)%" title="([^:]+): (\d+)"', page([record("a"), record("b", points=(0.0, 0.0))])
    )
    assert widths == [("50.00", say.PASSED, "1"), ("50.00", say.NOT_YET, "1")] * 2


@pytest.mark.parametrize(
    "records",
    [[], [record("ann", points=(), when=None)], [record("ann")], [record(f"l{k:03}") for k in range(300)]],
    ids=["nobody", "unmarked", "one", "many"],
)
def test_a_class_of_any_size_has_a_page(tmp_path, records):
    write_overview(tmp_path, records, POINTS)
    text = (tmp_path / "out" / "overview.html").read_text()
    assert text.endswith("</html>\n") and ("Nobody has handed in" in text) == (not records)


@pytest.mark.parametrize("hostile", NAMES, ids=ascii)
def test_nothing_that_came_in_does_anything(hostile):
    records = [
        record(hostile, remarks=(hostile,)),
        met(hostile + "2", hostile, hostile),
        record(hostile + "3", points=()),
    ]
    seen = Seen(overview(records, POINTS, [Pair((hostile, hostile + "2"), (("01_first", "one"),), 5.0)]))
    assert not seen.tags & {"script", "img", "iframe", "object", "link", "form", "base"}
    assert not [name for name in seen.attributes if name.startswith("on") or name == "src"]
    for target in seen.attributes["href"]:
        assert target in ("similar.csv", "#remarks", "#misconceptions") or re.fullmatch(
            r"sheets/[\w%.~-]+\.html", target
        )


def test_links_lead_to_the_sheets(tmp_path):
    from urllib.parse import unquote

    from bpcourse.teaching.sheets import write_sheets

    records = [record(name) for name in NAMES if "\udcff" not in name]
    write_sheets(tmp_path, records, POINTS)
    for target in set(Seen(overview(records, POINTS)).attributes["href"]):
        assert target[0] == "#" or (tmp_path / "out" / unquote(target)).is_file(), target


def test_every_element_is_closed():
    class Balance(Seen):
        open = ()

        def handle_starttag(self, tag, attrs):
            super().handle_starttag(tag, attrs)
            if tag not in ("meta", "br"):
                self.open += (tag,)

        def handle_startendtag(self, tag, attrs):
            pass

        def handle_endtag(self, tag):
            assert self.open[-1] == tag, self.open
            self.open = self.open[:-1]

    assert Balance(page(*everything())).open == ()
