"""Everything that goes out: called once, when the marks stand."""

from . import canvas, moodle
from .lateness import late_and_kept
from .overview import write_overview
from .sheets import write_sheets
from .similar import similar, write_similar
from .tables import write_marks


def write_all(folder, records, points, natural=()):
    """Writes out/ of the class folder, the same bytes for the same records. Returns remarks for the teacher.

    records: [Record] of all learners and assignments; points: {assignment: {exercise: most points}}, in order; natural:
    sources of answers that anybody would write (the solutions), so that nobody is listed for giving them.
    """
    records = [record for record in records if record.assignment in points]
    pairs = similar(records, natural)
    write_marks(folder, records, points)
    write_similar(folder, pairs)
    write_sheets(folder, records, points)
    write_overview(folder, records, points, pairs)
    remarks = late_and_kept(folder).strangers({record.learner for record in records})
    return remarks + moodle.write_worksheets(folder, records, points) + canvas.write_gradebooks(folder, records, points)
