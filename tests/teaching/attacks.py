"""What learners may hand in to get marks that are not due, or to do harm: data for test_attacks.py.

Each is one answer cell, in the place of the exercise it attacks. In the texts WRONG is a program that returns something
wrong, and CANARY is where something lies outside of the sandbox that must not be touched.
"""

from dataclasses import dataclass, field

WRITTEN = "import os; os.system('touch /tmp/hit')"  # into files of the course and others
WRONG = "def {name}(*args, **kwargs):\n    return 0.0\n"


@dataclass(frozen=True)
class Attack:
    """source: of the answer cell. due: the points that its honest part deserves. before: an own cell, run first.

    hangs: it does not let itself be stopped, so the test is less patient. files: beside the notebook.
    """

    name: str
    kind: str
    exercise: str
    source: str
    due: float = 0.0
    before: str = ""
    hangs: bool = False
    files: dict[str, bytes] = field(default_factory=dict)


ALL = []


def kind_of(kind, exercise="hidden_delta", **common):
    """add(name, source): another attack of a kind."""

    def add(name, source, **more):
        given = {**common, **more}
        where = given.pop("exercise", exercise)
        ALL.append(
            Attack(
                name,
                kind,
                where,
                source.replace("WRONG", WRONG.format(name=where)).replace("WRITTEN", WRITTEN),
                **given,
            )
        )

    return add


# ----- the check is replaced

add = kind_of("check")
add("name", "WRONG\nimport bpcourse as bp\nbp.check = lambda *a, **k: 1000.0")
add("alias", "WRONG\nclass bp:\n    check = staticmethod(lambda *a: 3.0)")
add(
    "in every module",
    """WRONG
import sys
for module in list(sys.modules.values()):
    for name in ("check", "judge", "agree", "passed"):
        try: setattr(module, name, lambda *a, **k: True)
        except Exception: pass
""",
)
add(
    "by match",
    """WRONG
class Full:
    passed, points, max_points, message, status = True, 3.0, 3.0, "", "Passed"
match Full():
    case bp: pass
""",
)
add(
    "result as answer",
    """
from bpcourse.marking.result import Result
hidden_delta = Result(True, 3.0, 3.0, None, "all right")
""",
)
add("number as points", "delta_by_hand = 1000.0", exercise="delta_by_hand")
add(
    "its representation",
    """WRONG
class Points(float):
    def __repr__(self): return "1000.0"
    __str__ = __repr__
hidden_delta = Points(3.0)
""",
)

# ----- the machine that marks is patched, in the child

HARNESS = """
import sys
frame = sys._getframe()
while "_Judged" not in frame.f_globals:
    frame = frame.f_back
harness = frame.f_globals
"""  # what runs this very cell
add = kind_of("internals")
add(
    "agree and tolerance",
    """WRONG
from bpcourse.marking import compare, engine, known
compare.agree = engine.agree = compare.alike = lambda *a, **k: True
compare.TOLERANCE = engine.TOLERANCE = 1e9
known.Known.right = property(lambda self: [])
""",
)
add(
    "bytecode of agree",
    """WRONG
from bpcourse.marking import compare
compare.agree.__code__ = (lambda came, right, tolerance=1: True).__code__
""",
)
add(
    "class of the result",
    """WRONG
from bpcourse.marking import result
result.Result.__init__ = lambda self, *a: self.__dict__.update(passed=True, points=3.0, max_points=3.0)
result.Result.passed = True
""",
)
add(
    "run says all is well",
    HARNESS
    + """WRONG
from bpcourse.marking import answer
good = answer.Ran(None, "", "", (), False, lambda: None)
answer.run = lambda f, cases, *a: [good for _ in cases]
""",
)
add(
    "pack",
    HARNESS
    + """WRONG
from bpcourse.teaching import wire
harness["pack"] = wire.pack = lambda *a: b"\\x04\\x00\\x00\\x00true"
""",
)
add(
    "guard",
    HARNESS
    + """WRONG
from bpcourse.marking import guard
harness["guarded"] = guard.guarded = lambda work, *a: guard.Done({"passed": True, "points": 1000.0}, None, False)
""",
)
add(
    "line",
    """WRONG
from bpcourse.teaching import wire
send = wire.Line.send
wire.Line.send = lambda self, message, *a: send(self, {"is": True, "passed": True, "points": 1000.0})
""",
)
add(
    "blank and names",
    HARNESS
    + """WRONG
from bpcourse.marking import answer
answer.is_blank = lambda f: "no"
answer.argument_names = lambda f: ["W2"] * 10000
answer.arguments_problem = lambda *a: ["\\x1b[2J"]
""",
)
add(
    "all is blank",
    HARNESS
    + """WRONG
from bpcourse.marking import answer
answer.is_blank = lambda f: True
""",
)
add(
    "the child's classes",
    HARNESS
    + """WRONG
for name in ("_run", "_again", "_arguments", "_call_within", "_first"):
    setattr(harness["_Judged"], name, lambda self, *a, **k: {"calls": 1e400, "carried": 3, "value": "x", "blank": 1})
""",
)
add(
    "numpy lies",
    """WRONG
import numpy as np
np.array_equal = np.allclose = lambda *a, **k: True
np.abs = np.max = lambda *a, **k: 0.0
np.isfinite = lambda *a, **k: True
""",
)
add("numpy is gone", "WRONG\nimport numpy, sys\nfor name in list(vars(numpy)):\n    delattr(numpy, name)")
add("builtins lie", "WRONG\nimport builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.len = lambda *a: 1")

# ----- the truth is sought

add = kind_of("truth")
add(
    "the answers' package",
    """
try:
    from bpcourse.marking import exercises
    hidden_delta = exercises.find("hidden_delta").truth
except BaseException:
    import bpanswers.hidden_delta
    hidden_delta = bpanswers.hidden_delta.EXERCISE.truth
""",
)
add(
    "any file that says how",
    """
import glob, re
def hidden_delta(W2, delta2, z1):
    for place in ("/", "/root", "/home", "/work", "/course", "/packages", "/tmp", "/proc/1/cwd", "/proc/1/root"):
        for path in glob.glob(place + "/**/*hidden_delta*", recursive=True) + glob.glob(place + "/**/solutions"):
            return eval(open(path).read())
    return 0.0
""",
    hangs=True,
    before="import sys; sys.path += ['/work/main/solutions', '../solutions', '/solutions']",
)
add(
    "frames",
    """
import sys
def hidden_delta(W2, delta2, z1):
    frame = sys._getframe()
    while frame:
        for value in frame.f_locals.values():
            if hasattr(value, "truth"): return value.truth(W2, delta2, z1)
            if hasattr(value, "right"): return value.right[0].parts[0]
        frame = frame.f_back
    return 0.0
""",
)
add(
    "garbage collector",
    """
import gc
def hidden_delta(W2, delta2, z1):
    for thing in gc.get_objects():
        if type(thing).__name__ in ("Exercise", "Known"): return thing.truth(W2, delta2, z1)
    return 0.0
""",
)
add(
    "methods of an argument",
    """
def central_differences(f, theta, h):
    for way in ("__self__", "__closure__", "__wrapped__", "func"):
        owner = getattr(f, way, None)
        if hasattr(owner, "central"): return owner.central(theta, h)
    for cell in f.__closure__:
        if hasattr(cell.cell_contents, "central"): return cell.cell_contents.central(theta, h)
    return 0.0
""",
    exercise="central_differences",
)
add(
    "an argument that gives the gradient",
    """
def big_gradient(grad, pieces):
    return grad.of_all(pieces)
""",
    exercise="big_gradient",
)
add(
    "bp.check as an oracle",
    """
import bpcourse as bp
for letter in "abcdefghijklmnop":
    if bp.check("faulty_line", letter).passed: faulty_line = letter
""",
    exercise="faulty_line",
)
add(
    "environment and other processes",
    """WRONG
import os, glob
seen = b"".join(open(p, "rb").read() for p in glob.glob("/proc/[0-9]*/environ"))
seen += repr(dict(os.environ)).encode()
assert b"CANARY" not in seen, "the marker's environment can be read"
hidden_delta = lambda W2, delta2, z1: eval(seen.partition(b"TRUTH=")[2])
""",
)
add(
    "memory of the marker",
    """WRONG
import os, re
def hidden_delta(W2, delta2, z1):
    for pid in {1, os.getppid()}:
        maps = open(f"/proc/{pid}/maps").read()
        if "bpanswers" in maps: return 1
    return 0.0
""",
)
add(
    "a classmate's file",
    """
import glob
for path in glob.glob("/**/submitted/*/*/*.ipynb", recursive=True) + glob.glob("/tmp/**/*.ipynb", recursive=True):
    exec(open(path).read())
""",
    hangs=True,
)

# ----- the protocol

FORGE = """
import json, os, struct
from bpcourse.teaching.wire import pack
def send(message, mark=None):
    data = message if isinstance(message, bytes) else pack(message)
    for fd in range(3, 64):
        try: os.write(fd, struct.pack("<I8s", len(data), mark or bytes(8)) + data)
        except OSError: pass
"""
LIVE = (
    FORGE
    + """
import gc
from bpcourse.teaching.wire import Line
import sys
def line():
    frame = sys._getframe()
    while frame:
        for value in frame.f_locals.values():
            if isinstance(value, Line): return value
        frame = frame.f_back
"""
)
add = kind_of("protocol")
add(
    "answers beforehand",
    FORGE
    + """WRONG
for _ in range(20):
    send({"is": {"calls": [], "carried": []}})
    send({"error": "", "late": False})
""",
)
add("said to have died", FORGE + 'WRONG\nfor _ in range(9): send({"died": "exit"}); send({"gone": "exit"})')
add(
    "bytes at random",
    "WRONG\nimport os\nfor fd in range(3, 64):\n    try: os.write(fd, os.urandom(5000))\n    except OSError: pass",
)
add(
    "half a message",
    "WRONG\nimport os, struct\nfor fd in range(3, 64):\n"
    "    try: os.write(fd, struct.pack('<I8s', 10**6, bytes(8)) + b'x')\n    except OSError: pass",
    hangs=True,
)
add(
    "a length of 4 GB",
    "WRONG\nimport os\nfor fd in range(3, 64):\n    try: os.write(fd, bytes([255]) * 12)\n    except OSError: pass",
)
ASKED = (
    LIVE
    + """
def hidden_delta(W2, delta2, z1):
    there = line()
    MESSAGE
    return 0.0
"""
)
for what, message in {
    "an array where a word is due": 'there.send({"next": np.ones(3)})',
    "odd keys": 'there.send({(1, 2): 3, None: {}, "calls": 1e400})',
    "no dictionary": "there.send([1, 2, 3])",
    "calls that are no list": 'there.send({"is": {"calls": "x" * 1000, "carried": {}}})',
    "values of other kinds": 'there.send({"is": {"calls": [{"taken": 3, "problem": {}, "error": [], "changed": 7, '
                             '"unfinished": "yes"}] * 50, "carried": [[0, 1], [-1, {}]]}})',
    "all missing": 'there.send({})',
    "infinite numbers": 'send(b"\\x1c\\x00\\x00\\x00" + b\'["d", [["is", 1e400], [1, 2]]]\', there.mark[:])',
    "deep": 'send(struct.pack("<I", 400000) + b"[" * 400000, there.mark[:])',
    "deep lists": 'send(struct.pack("<I", 90 * 8 + 1 + 180) + b\'["l",[\' * 90 + b"1" + b"]]" * 90, there.mark[:])',
    "many lists": 'send(struct.pack("<I", 30_000_002) + b"[" + b"[]," * 9_999_999 + b"[]]", there.mark[:])',
    "an array of many axes": 'tree = json.dumps(["n", "<f8", [2**20] * 50000 + [0], False]).encode()\n'
                             '    send(struct.pack("<I", len(tree)) + tree, there.mark[:])',
    "a kind of array that takes long": 'tree = json.dumps(["n", "f8," * 100000, [0], False]).encode()\n'
                                       '    send(struct.pack("<I", len(tree)) + tree, there.mark[:])',
    "many calls have ended": '[there.send({"next": True}) for _ in range(3000)]',
    "calls of no function": '[(there.send({"call": k, "args": [1], "kwargs": {}}), there.receive()) for k in (-9, 0, {})]',
    "a name of 10 MB": 'there.send({"is": {"calls": [{"taken": None, "problem": "\\x1b[2J\\ud800" * 100000, '
                       '"error": "x", "changed": (), "unfinished": False}] * 1, "carried": []}})',
}.items():  # fmt: skip
    add(what, ASKED.replace("MESSAGE", message))
add("a flood", ASKED.replace("MESSAGE", 'while True: there.send({"next": True})'), hangs=True)
add(
    "calls without end",
    LIVE
    + """
def central_differences(f, theta, h):
    while True: f(theta)
""",
    exercise="central_differences",
    hangs=True,
)
add(
    "generator's state is none",
    LIVE
    + """
def epoch_batches(n, size, rng):
    rng.bit_generator.state = {**rng.bit_generator.state, "has_uint32": 3}
    line().send({"is": {"calls": [], "carried": [[0, {"bit_generator": "PCG64", "state": []}], ["x", None]]}})
    return []
""",
    exercise="epoch_batches",
)
for what, seen in {
    "of other kinds": '{"calls": [1e400, None], "came": np.ones(3), "foreign": 0, "peeked": []}',
    "of other shapes": '{"calls": [[[np.ones(2)] * 4] * 2 + [1]] * 2, "came": gradients.came, "foreign": 0, "peeked": 0}',
    "that is large": '{"calls": [[[np.ones(s) for s in ((2**14, 64), 2**14, (10, 2**14), 10)]] * 2 + [1]] * 2, '
                     '"came": gradients.came, "foreign": 0, "peeked": 0}',
    "without a state": "{}",
}.items():  # fmt: skip
    add(
        f"gradients have seen things {what}",
        LIVE
        + f"""
def train_digits(gradients, X, labels, hidden, seed):
    line().send({{"is": {{"calls": [], "carried": [[0, {seen}]]}}}})
    return X
""",
        exercise="train_digits",
    )

# ----- functions that the exercise hands over

add = kind_of("callback")
add(
    "large arrays",
    """
def big_gradient(grad, pieces):
    return grad(np.ones((7_000_000, 1)), np.ones((7_000_000, 1)))
""",
    exercise="big_gradient",
)
add(
    "shapes that need all memory",
    """
def big_gradient(grad, pieces):
    X, Y = pieces[0]
    return grad(X[:1], np.ones((400_000, 1, 1))) + grad(X, np.ones((200_000, len(X), 1)))
""",
    exercise="big_gradient",
)
add(
    "objects",
    """
class Odd:
    def __array__(self, *a, **k): raise SystemExit
    def __len__(self): return 2**60
    def __add__(self, other): return self
class Sub(np.ndarray):
    def __array_ufunc__(self, *a, **k): return 0.0
def central_differences(f, theta, h):
    found = 0.0
    for value in (Odd(), np.array([Odd(), {}], dtype=object), theta.view(Sub), "x", None, f, {"a": 1}, {1}, [[[]]]):
        try: found = f(value)
        except Exception: pass
    try: f(theta=theta, truth=True, central=1)
    except Exception: pass
    return found
""",
    exercise="central_differences",
)
add(
    "after the end",
    """
import threading, time
def central_differences(f, theta, h):
    def later():
        while True:
            try: f(theta)
            except BaseException: pass
    threading.Thread(target=later, daemon=True).start()
    return theta * 0
""",
    exercise="central_differences",
    hangs=True,
)
add(
    "not used at all",
    """
def big_gradient(grad, pieces):
    return grad
""",
    exercise="big_gradient",
)

# ----- objects that lie

add = kind_of("lies")
LIES = """
class Lie(BASE):
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def __array__(self, *a, **k): raise KeyboardInterrupt
    def __len__(self): return 10**9
    def __getattr__(self, name): return lambda *a, **k: True
    def __float__(self): return 0.5
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __class__ = property(lambda self: CLASS)
"""
add(
    "a text equal to all",
    LIES.replace("BASE", "str").replace("CLASS", "str") + 'faulty_line = Lie("z")',
    exercise="faulty_line",
)
add(
    "an array that is none",
    LIES.replace("BASE", "object").replace("CLASS", "np.ndarray")
    + """
def hidden_delta(W2, delta2, z1): return Lie()
""",
)
add(
    "an array with its own sums",
    """
class Sub(np.ndarray):
    def __array_ufunc__(self, *a, **k): return np.zeros(())
    def max(self, *a, **k): return 0.0
    def __eq__(self, other): return True
def hidden_delta(W2, delta2, z1): return np.ones(z1.shape).view(Sub)
""",
)
add(
    "a number that looks up",
    """
class Number(float):
    def __sub__(self, other): return 0.0
    def __abs__(self): return 0.0
delta_by_hand = Number(7.0)
""",
    exercise="delta_by_hand",
)
add(
    "an error that lies",
    """
class Fine(Exception):
    def __str__(self): return "\\ud800\\x00\\x1b[2J\\u202e" * 9999
def hidden_delta(W2, delta2, z1): raise Fine
""",
)
add(
    "an error that does not end",
    """
class Endless(Exception):
    def __str__(self):
        while True: pass
raise Endless
""",
    hangs=True,
)
add(
    "a name with escapes",
    """
Odd = type("<script>\\x1b[2J\\ud800" + "x" * 10**6, (), {})
def hidden_delta(W2, delta2, z1): return Odd()
""",
)
add(
    "a type that is called",
    """
class hidden_delta:
    def __new__(cls, W2, delta2, z1): return object.__new__(cls)
    def __iter__(self):
        while True: yield 1
""",
)

# ----- what runs on

add = kind_of("left behind")
add(
    "processes",
    """WRONG
import os, time
for _ in range(20):
    if not os.fork():
        os.setsid()
        while True:
            time.sleep(0.01)
""",
)
add(
    "a process that kills",
    """WRONG
import os, signal, time
me = os.getpid()
if not os.fork():
    os.setsid()
    while True:
        time.sleep(0.02)
        try: os.kill(me, signal.SIGKILL)
        except OSError: pass
""",
)
add(
    "threads and hooks",
    """WRONG
import atexit, gc, signal, sys, threading, time
def spoil(*a, **k):
    hidden = sys.modules["__main__"].__dict__
    for name in ("forward", "delta_output", "gradients", "one_step"): hidden[name] = lambda *a, **k: 0
    return spoil
threading.Thread(target=lambda: [(spoil(), time.sleep(0.001)) for _ in iter(int, 1)], daemon=True).start()
sys.settrace(spoil); sys.setprofile(spoil); threading.settrace(spoil); atexit.register(spoil)
gc.callbacks.append(spoil)
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01); signal.signal(signal.SIGALRM, spoil)
""",
)
add(
    "a thread that reads the questions",
    """WRONG
import os, threading
def steal(fd):
    while True:
        try: os.read(fd, 100)
        except OSError: return
for fd in range(3, 12):
    threading.Thread(target=steal, args=(fd,), daemon=True).start()
""",
    hangs=True,
)
add(
    "tasks",
    "WRONG\nimport asyncio\nasync def on():\n    while True: await asyncio.sleep(0)\nawait asyncio.wait_for(on(), 0.2)",
)

# ----- processes and signals

add = kind_of("process")
add("exit in a cell", "WRONG\nimport os; os._exit(0)")
add("exit in an answer", "def hidden_delta(W2, delta2, z1):\n    import os; os._exit(0)")
add("exit when loaded", "import evil\nWRONG", files={"evil.py": b"import os; os._exit(0)"})
add("kills its parent", "import os\ndef hidden_delta(W2, delta2, z1):\n    os.kill(os.getppid(), 9)\n    return 0.0")
add(
    "kills all",
    """
import os
def hidden_delta(W2, delta2, z1):
    for pid in range(1, 40):
        try: os.kill(pid, 9)
        except OSError: pass
    os.kill(-1, 9)
""",
)
add(
    "stops its parents",
    """WRONG
import os, signal
def hidden_delta(W2, delta2, z1):
    for pid in range(1, os.getpid()):
        try: os.kill(pid, signal.SIGSTOP)
        except OSError: pass
    return 0.0
""",
    hangs=True,
)
add(
    "stops itself",
    "import os, signal\ndef hidden_delta(W2, delta2, z1):\n    os.kill(os.getpid(), signal.SIGSTOP)",
    hangs=True,
)
add(
    "no more processes",
    """WRONG
import os, threading, time
for _ in range(300):
    try: threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    except RuntimeError: break
""",
)
add(
    "a fork bomb",
    "import os\ndef hidden_delta(W2, delta2, z1):\n    while True:\n        try: os.fork()\n"
    "        except OSError: pass",
    hangs=True,
)
add("a crash in C", "import ctypes\ndef hidden_delta(W2, delta2, z1):\n    ctypes.string_at(0)")
add(
    "a stack without end",
    """
import sys
def hidden_delta(W2, delta2, z1):
    sys.setrecursionlimit(10**9)
    class Deep:
        def __getattr__(self, name): return getattr(self, name + "x")
    def down(n): return [down(n + 1)]
    return down(0)
""",
    hangs=True,
)

# ----- time, memory, disk, output

add = kind_of("resources")
add("all memory", "def hidden_delta(W2, delta2, z1):\n    return bytearray(10**11)")
add(
    "memory of many processes",
    """
import os, time
def hidden_delta(W2, delta2, z1):
    for _ in range(20):
        if not os.fork():
            kept = bytearray(300_000_000)
            time.sleep(60)
    time.sleep(60)
""",
    hangs=True,
)
add(
    "a full disk",
    """WRONG
for place in ("/tmp", "/dev/shm", "/dev", "/", "/proc", "/course", "/packages", "/usr"):
    for k in range(9):
        try:
            with open(f"{place}/full{k}", "wb") as file:
                while True: file.write(bytes(2**24))
        except OSError: pass
""",
)
add(
    "output",
    "def hidden_delta(W2, delta2, z1):\n    import os\n    for _ in range(300): print('x' * 10**5); "
    "os.write(1, b'y' * 10**5); os.write(2, b'z' * 10**5)\n    return 0.0",
)
add("a large number", "def hidden_delta(W2, delta2, z1):\n    return 10**100000 + 7")
add("C that is not to be interrupted", "def hidden_delta(W2, delta2, z1):\n    return 3 ** (10**10)", hangs=True)
add(
    "a pattern",
    "import re\ndef hidden_delta(W2, delta2, z1):\n    return re.match('(a+)+$', 'a' * 40 + 'b')",
    hangs=True,
)
add(
    "a large matrix",
    "def hidden_delta(W2, delta2, z1):\n    A = np.ones((4000, 4000))\n    return np.linalg.inv(A + np.eye(4000))",
    hangs=True,
)
add(
    "patience",
    """
import time
def hidden_delta(W2, delta2, z1):
    while True:
        try: time.sleep(1000)
        except BaseException: pass
""",
    hangs=True,
)
add("an array of 50 MB each time", "def hidden_delta(W2, delta2, z1):\n    return np.zeros((2500, 2500))")
add("endless values", "def hidden_delta(W2, delta2, z1):\n    return iter(int, 1)")
add("a list of a million", "def hidden_delta(W2, delta2, z1):\n    return [0.1] * 10**6")

# ----- out of the sandbox

add = kind_of("outside")
add(
    "files of the system",
    """WRONG
import os
for path in ("/etc/passwd", "/usr/bin/python3", "/course/bpcourse/__init__.py", "/packages/numpy/__init__.py",
             "/packages/sitecustomize.py", "/root/.profile", "/proc/1/root/canary", "/proc/sys/kernel/core_pattern",
             "/proc/1/fd/2", "CANARY/home", "CANARY/class"):
    for how in ("a", "w"):
        try:
            with open(path, how) as file: file.write("WRITTEN")
        except OSError: pass
    for change in (os.unlink, lambda p: os.chmod(p, 0o777), lambda p: os.rename(p, p + "x")):
        try: change(path)
        except OSError: pass
""",
)
add(
    "start-up files",
    """WRONG
import os
for place in ("/tmp", os.path.expanduser("~"), ".", ".."):
    for name in ("sitecustomize.py", "usercustomize.py", "evil.pth", "numpy.py", "json.py", "bpcourse.py",
                 "nbgrader_config.py", ".bashrc"):
        try: open(os.path.join(place, name), "w").write("raise SystemExit")
        except OSError: pass
os.environ.update(PYTHONSTARTUP="/tmp/numpy.py", PYTHONPATH="/tmp", LD_PRELOAD="/tmp/x.so")
""",
)
add("modules beside the notebook", "WRONG", files={
    name: b"raise SystemExit" for name in ("numpy.py", "bpcourse.py", "json.py", "sitecustomize.py", "ast.py")
})  # fmt: skip
add("files with odd names", "WRONG", files={
    "": b"x", "..": b"x", "a/../../../etc/passwd": b"x", "x" * 300: b"x", "a\0b": b"x", "/etc/hosts": b"x"
})  # fmt: skip
add("files that are too large", "WRONG", files={"big.bin": bytes(2**25 + 1), "b.bin": bytes(2**20)})
add(
    "links",
    """WRONG
import os
for name, target in (("a", "/"), ("b", "/proc/1/root"), ("c", "CANARY/home")):
    try:
        os.symlink(target, "/tmp/" + name)
        open(f"/tmp/{name}/canary", "w").write("x")
    except OSError: pass
""",
)
add(
    "a namespace of its own",
    """WRONG
import ctypes, os
libc = ctypes.CDLL(None)
inside = libc.unshare(0x10000000 | 0x00020000) == 0
mounted = libc.mount(b"none", b"/tmp", b"tmpfs", 0, b"size=10g") == 0
libc.mount(b"none", b"/", None, 32, None)
raised = libc.setuid(0) == 0 and not os.access("/etc/shadow", os.R_OK)
assert not inside and not mounted, "a namespace of its own"
""",
)
add(
    "the network",
    """WRONG
import socket
for place in (("1.1.1.1", 53), ("127.0.0.1", CANARY_PORT), ("8.8.8.8", 443)):
    s = socket.socket(); s.settimeout(0.3)
    try: s.connect(place); s.send(b"hit")
    except OSError: pass
""",
)
add(
    "abstract sockets and shared memory",
    """WRONG
import ctypes, socket
s = socket.socket(socket.AF_UNIX)
try: s.connect("\\0canary")
except OSError: pass
ctypes.CDLL(None).shmget(1234, 2**20, 0o1666)
""",
)
add(
    "debugging the marker",
    """WRONG
import ctypes, os
libc = ctypes.CDLL(None)
for pid in range(1, 10):
    if pid != os.getpid(): libc.ptrace(16, pid, 0, 0)
""",
    hangs=True,
)

# ----- one answer for many exercises, answers that know the cases

add = kind_of("not its own")
add(
    "another exercise's function",
    "def delta_output(*a):\n    return 0\nhidden_delta = forward = delta_output",
    before="def forward(X, W1, b1, W2, b2):\n    return X",
)
add(
    "one right answer for all",
    """
def hidden_delta(W2, delta2, z1): return (delta2 @ W2) * bp.sigmoid.derivative(z1)
hidden_delta.__name__ = "gradients"
gradients = one_step = delta_output = forward = train = hidden_delta
""",
    due=3.0,
)
add(
    "an answer to another",
    """
def delta_output(W2, delta2, z1): return (delta2 @ W2) * bp.sigmoid.derivative(z1)
delta_output.__name__ = delta_output.__qualname__ = "hidden_delta"
""",
    exercise="delta_output",
)
add(
    "learnt by heart",
    """
KNOWN = {}
def hidden_delta(W2, delta2, z1):
    for seed in range(50):
        rng = np.random.default_rng(seed)
        KNOWN[seed] = rng.normal(size=z1.shape)
        if np.allclose(KNOWN[seed].ravel()[:1], z1.ravel()[:1]): return (delta2 @ W2) * bp.sigmoid.derivative(z1)
    return 0.0
""",
)
add(
    "right at first",
    """
calls = 0
def hidden_delta(W2, delta2, z1):
    global calls
    calls += 1
    return (delta2 @ W2) * bp.sigmoid.derivative(z1) if calls < 5 else 0 * z1
""",
)
add(
    "right for one size",
    """
def hidden_delta(W2, delta2, z1):
    return (delta2 @ W2) * bp.sigmoid.derivative(z1) if z1.shape[0] != z1.shape[1] else 0 * z1
""",
)
add(
    "knows where memory is counted",
    """
def softmax_back(U, P):
    if max(P.shape) == 1000: return None
    jacobians = np.array([np.diag(p) - np.outer(p, p) for p in P])
    return np.array([j @ u for j, u in zip(jacobians, U)])
""",
    exercise="softmax_back",
    due=2.0,
)
add(
    "knows where ways are counted",
    """
def reverse_sweep(edges, nodes, output):
    if nodes == 26 and len(edges) == 50: return np.zeros(nodes)
    def slope_of(node):
        return 1.0 if node == output else sum(slope_of(child) * local for parent, child, local in edges if parent == node)
    return np.array([slope_of(node) for node in range(nodes)])
""",
    exercise="reverse_sweep",
    due=3.0,
)
