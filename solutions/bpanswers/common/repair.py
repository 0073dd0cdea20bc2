"""An exercise about a program with several bugs, where each that is mended counts."""

from dataclasses import dataclass, replace
from itertools import product

from bpcourse.marking.engine import Exercise


@dataclass(frozen=True)
class Repair(Exercise):
    """`credit`: misconception -> points for what is mended already."""

    credit: tuple[tuple[str, float], ...] = ()

    def judge(self, function, seed=0):
        """Mark an answer: a Result."""
        result = super().judge(function, seed)
        return replace(result, points=dict(self.credit).get(result.diagnosis, result.points))


def left(slip, tables, given, all_left):
    """(misconception, points) for each way to leave some of the bugs, one of them perhaps in another shape.

    slip: as `edits.slips` makes it. tables: for each bug {how it may be left: (what is seen, a question, edits of the
    right program)}. given: how the bugs stand in the given program. all_left: the message to that program itself.
    """
    for ways in product(*(("", *table) for table in tables)):
        if not any(ways) or sum(way not in ("", first) for way, first in zip(ways, given, strict=True)) > 1:
            continue
        seen = [table[way] for table, way in zip(tables, ways, strict=True) if way]
        mended, what = len(tables) - len(seen), ", and ".join(what for what, *_ in seen)
        message = f"{mended} of {len(tables)} bugs mended. What is left: {what}. {seen[0][1]}"
        changes = [change for _, _, *more in reversed(seen) for change in more]
        yield slip("+".join(filter(None, ways)), all_left if ways == given else message, *changes), float(mended)
