"""What a sandbox takes in all, seen from outside: its processes and their memory."""

import os
import resource

PROCESSES, MEMORY = 64, 3 * 2**30  # and threads; bytes that are no file's
TOO_MANY = f"more than {PROCESSES} processes and threads were running"
TOO_MUCH = f"more than {MEMORY // 2**30} GB of memory were in use"


def too_much(pid):
    """A clause that says what all below a process take too much of, or ''. On Linux; elsewhere always ''."""
    inside = below(pid)
    if sum(inside.values()) > PROCESSES:
        return TOO_MANY
    pages = [list(map(int, _read(f"/proc/{one}/statm").split())) for one in inside]
    own = sum(resident - shared for _, resident, shared, *_ in filter(None, pages))
    return TOO_MUCH if own * resource.getpagesize() > MEMORY else ""


def below(pid):
    """{process: its number of threads} of all below one."""
    children, threads, found, waiting = {}, {}, {}, [pid]
    for name in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else ()):
        fields = _read(f"/proc/{name}/stat").rpartition(") ")[2].split()
        if fields:
            threads[int(name)] = int(fields[17])
            children.setdefault(int(fields[1]), []).append(int(name))
    while waiting:
        new = {one: threads[one] for one in children.get(waiting.pop(), ()) if one not in found}
        found |= new
        waiting += new
    return found


def _read(path):
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:  # it has ended
        return ""
