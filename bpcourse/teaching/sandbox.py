"""A place where a learner's program can do no harm: how it is made on this machine, and what it holds.

In it: no network, no home, no class folder, no solutions, no answers; Python, NumPy and what stands beside it, and
`bpcourse`, all read-only; /tmp in memory. Everything in it ends with it. bubblewrap makes it on Linux; elsewhere a
container, of the image that docs/teaching.md shows how to build.
"""

import functools
import os
import secrets
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import numpy as np

from ..marking import exercises
from . import watch
from .packing import Broken
from .records import TeachingError
from .wire import Line

IMAGE = "bpcourse-marking"
ROOM, SHARED = 256 * 2**20, 16 * 2**20  # bytes of /tmp and of /dev/shm
START = 60.0  # seconds until the child answers, on a machine that is busy
CHILD = ["-m", "bpcourse.teaching.child"]
SETTINGS = {
    "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg", "HOME": "/tmp",
    "MPLCONFIGDIR": "/tmp", "BPCOURSE_PROGRESS": "off", "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8",
    "MALLOC_MMAP_THRESHOLD_": "131072",  # so that what is freed is given back, and `call_within` is not misled
}  # fmt: skip
NONE = (
    "Marking runs other people's programs, and there is no sandbox for them here: {why}\n"
    "On Debian and Ubuntu, 'sudo apt install bubblewrap' brings one. Elsewhere install podman or docker and build the "
    "image {image} as docs/teaching.md says. Or give --unsafe, and they run with your rights: they can read your "
    "files, change marks and find the answers."
)


@functools.cache
def way():
    """How this machine makes a sandbox: "bwrap", "podman" or "docker". TeachingError if there is none that works."""
    why = []
    if shutil.which("bwrap"):
        done = subprocess.run([*_bwrap(), "-S", "-c", ""], capture_output=True, text=True)
        if not done.returncode:
            return "bwrap"
        said = (done.stderr.strip().splitlines() or [f"it ends with {done.returncode}"])[-1]
        why.append(
            f"bubblewrap is here and does not work ({said}). Where user namespaces are forbidden, "
            "'sudo sysctl kernel.unprivileged_userns_clone=1' (Debian) or "
            "'sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0' (Ubuntu) allows them."
        )
    else:
        why.append("bubblewrap (bwrap) is not installed.")
    for name in ("podman", "docker"):
        if shutil.which(name):
            if not subprocess.run([name, "image", "inspect", IMAGE], capture_output=True).returncode:
                return name
            why.append(f"{name} is here, and has no image {IMAGE}.")
    raise TeachingError(NONE.format(why=" ".join(why), image=IMAGE))


def command(unsafe=False, label=""):
    """The command that starts the child, as a list. label: the name of the container."""
    if unsafe:
        return [sys.executable, *CHILD]
    name = way()
    if name == "bwrap":
        return [*_bwrap(), "-S", *CHILD, "--alone"]
    settings = [f"--env={key}={value}" for key, value in SETTINGS.items()]
    return [
        name, "run", "--rm", "-i", f"--name={label}", "--network=none", "--read-only", f"--tmpfs=/tmp:size={ROOM}",
        f"--shm-size={SHARED}", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--memory=3g", "--pids-limit=80",
        *settings, IMAGE, "python", *CHILD, "--alone",
    ]  # fmt: skip


@functools.cache
def _bwrap():
    """bubblewrap, up to and with the Python in it."""
    packages, course = Path(np.__file__).parents[1], Path(__file__).parents[1]
    python = Path(sys.base_prefix).resolve()
    inside = python / "bin" / f"python{sysconfig.get_python_version()}"
    places = ["--ro-bind", "/usr", "/usr"]
    for name in ("/bin", "/lib", "/lib64", "/lib32"):
        if os.path.islink(name):
            places += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            places += ["--ro-bind", name, name]
    for name in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts"):
        places += ["--ro-bind-try", name, name]
    if not python.is_relative_to("/usr"):
        places += ["--ro-bind", str(python), str(python)]
    if (packages / exercises.ANSWERS).exists():  # an installation that is no clone has them beside the course
        places += ["--tmpfs", f"/packages/{exercises.ANSWERS}"]
        if packages.is_relative_to(python):
            places += ["--tmpfs", str(packages / exercises.ANSWERS)]
    settings = {**SETTINGS, "PATH": "/usr/bin:/bin", "PYTHONPATH": "/course:/packages"}
    alone = ["--unshare-user", "--disable-userns"]  # since version 0.8, and not everywhere
    if subprocess.run(["bwrap", *alone, "--ro-bind", "/", "/", "true"], capture_output=True).returncode:
        alone = ["--unshare-user"]
    return [
        shutil.which("bwrap"), "--unshare-all", *alone, "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        "--hostname", "sandbox", "--clearenv",
        *(x for key, value in settings.items() for x in ("--setenv", key, value)),
        "--proc", "/proc", "--dev", "/dev", "--size", str(SHARED), "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
        "--size", str(ROOM), "--tmpfs", "/tmp",
        "--ro-bind", str(packages), "/packages", "--ro-bind", str(course), "/course/bpcourse",
        *places, "--remount-ro", "/", "--chdir", "/tmp", str(inside),
    ]  # fmt: skip


class Sandbox:
    """A running child. Use it in a `with` statement: at its end everything in it has ended."""

    def __init__(self, unsafe=False):
        self.folder = tempfile.TemporaryDirectory() if unsafe else None
        self.way, self.label = None if unsafe else way(), f"{IMAGE}-{secrets.token_hex(8)}"
        here = self.folder.name if unsafe else "/"
        environment = None  # podman and docker need the caller's, and hand none of it on
        if unsafe:
            environment = {**os.environ, **SETTINGS, "HOME": here, "PYTHONPATH": str(Path(__file__).parents[2])}
        elif self.way == "bwrap":  # whatever bubblewrap begins with can be read in there
            environment = {}
        self.process = subprocess.Popen(
            command(unsafe, self.label), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=here, env=environment, start_new_session=True,
        )  # fmt: skip
        self.line = Line(self.process.stdout.fileno(), self.process.stdin.fileno(), look=self._look)
        self.line.within(START)
        try:
            self.line.receive()
        except Broken as broken:
            said = self._said()
            self.close()
            raise TeachingError(f"The sandbox does not start: {broken}. {said}".strip()) from broken
        self.process.stderr.close()

    def _said(self):
        os.set_blocking(self.process.stderr.fileno(), False)
        return (self.process.stderr.read() or b"")[-500:].decode(errors="replace").strip()

    def _look(self):
        """Broken if what runs in here takes more than it may: limits that hold for a process hold for each of many."""
        too_much = watch.too_much(self.process.pid)
        if too_much:
            raise Broken(too_much)

    def close(self):
        """End all that runs in here."""
        self.process.stdin.close()
        if self.way in ("podman", "docker"):
            try:
                self.process.wait(1)  # without its input the child ends, and the container with it
            except subprocess.TimeoutExpired:
                subprocess.run([self.way, "kill", self.label], capture_output=True)
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()
        if self.folder:
            self.folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
