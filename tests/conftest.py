"""What all tests share: nothing may be skipped where BPCOURSE_NO_SKIPS=1, and the last lines say what ran.

A test adds a line of its own with `record_property("summary", "…")`; that crosses from the processes of xdist.
"""

import os
import re
import signal

import pytest

# A job in the background of a shell begins with Ctrl-C switched off; but tests press it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

os.environ["BPCOURSE_PROGRESS"] = "off"  # for all that is run from here: answers of tests are no learner's

collect_ignore = ["notebooks/fixtures"]  # notebooks that are wrong on purpose


SLOW = (
    "test_noise.py",
    "test_browser",
    "test_guide.py",
    "chapters/",
    "test_attacks.py",
)  # begun first, so that no process waits at the end


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: next((k for k, name in enumerate(SLOW) if name in item.nodeid), len(SLOW)))


ALONE = re.compile(r"(.*/test_(?:exercises|answer_mutants|explore|noise|attacks|marker)\.py)::\w+\[(\w+)")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A file goes to one process, since the cells of a notebook run in their order; an exercise, an explorer
    and a chapter under noise, too."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            match = ALONE.match(nodeid)
            return "::".join(match.groups()) if match else super()._split_scope(nodeid)

    return Scheduling(config, log)


def _is_cell(report):
    return ".ipynb::" in report.nodeid


def _figures(reporter, kind):
    return [
        value
        for report in reporter.getreports("passed")
        for name, value in getattr(report, "user_properties", ())
        if name == kind
    ]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Makes a skip a failure where nothing may be skipped (only in the process that sees all reports)."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("BPCOURSE_NO_SKIPS") != "1" or hasattr(session.config, "workerinput") or reporter is None:
        return
    if reporter.getreports("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    """What ran, in words."""
    passed, skipped = terminalreporter.getreports("passed"), terminalreporter.getreports("skipped")
    cells = [report for report in passed if _is_cell(report)]
    notebooks = {report.nodeid.split("::")[0] for report in cells}
    write = terminalreporter.write_line
    terminalreporter.section("what ran")
    write(f"Tests that passed: {len(passed) - len(cells)}.")
    write(f"Notebook cells that gave the output they store: {len(cells)}, in {len(notebooks)} notebooks.")
    refused = sum(_figures(terminalreporter, "wrong answers"))
    if refused:
        write(f"Wrong answers that the checks refused: {refused}, all that were tried.")
    for line in sorted(_figures(terminalreporter, "summary")):
        write(line)
    for reason in sorted({report.longrepr[2].removeprefix("Skipped: ") for report in skipped}):
        write(f"Not tested here: {reason}")
    if skipped and os.environ.get("BPCOURSE_NO_SKIPS") == "1":
        write("BPCOURSE_NO_SKIPS=1 says that nothing may be skipped, so this run counts as failed.", red=True)
