"""What a sandbox takes in all, seen from outside: its processes and their memory."""

import os
import resource

PROCESSES, MEMORY = 64, 3 * 2**30  # and threads; bytes that are no file's
TOO_MANY = f"more than {PROCESSES} processes and threads were running"
TOO_MUCH = f"more than {MEMORY // 2**30} GB of memory were in use"


def too_much(pid):
    """A clause that says what a process and all below it take too much of, or ''. On Linux; elsewhere always ''."""
    parents, threads = {}, {}
    for name in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else ()):
        fields = _read(f"/proc/{name}/stat").rpartition(") ")[2].split()
        if fields:
            parents[int(name)], threads[int(name)] = int(fields[1]), int(fields[17])
    inside = _below(pid, parents)
    if sum(threads[one] for one in inside) > PROCESSES:
        return TOO_MANY
    pages = [list(map(int, _read(f"/proc/{one}/statm").split())) for one in inside]
    own = sum(resident - shared for _, resident, shared, *_ in filter(None, pages))
    return TOO_MUCH if own * resource.getpagesize() > MEMORY else ""


def _below(pid, parents):
    """The processes below one, by {process: its parent}."""
    children, found, waiting = {}, set(), [pid]
    for one, parent in parents.items():
        children.setdefault(parent, []).append(one)
    while waiting:
        new = set(children.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found


def _read(path):
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:  # it has ended
        return ""
