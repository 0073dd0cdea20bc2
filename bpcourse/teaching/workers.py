"""Who does the jobs: processes of this machine, or a Dask cluster. A worker that dies costs a second try, no more."""

import multiprocessing
import os
import threading
from collections import deque
from concurrent import futures

from .records import TeachingError

PATIENCE = 10  # seconds until a scheduler answers


def outcomes(function, jobs, workers):
    """Yield (job, function(job)) of all jobs, as they come; or (job, an exception) if it could not be done.

    If a worker dies, nobody knows over which of the jobs that were on their way: each of them gets a second try, alone.
    TeachingError of a job means that none can be done, and is raised.
    """
    waiting, suspects, held = deque(jobs), deque(), {}
    while waiting or suspects or held:
        if suspects and not held:
            job = suspects.popleft()
            held[workers.submit(function, job)] = job, True
        while waiting and not suspects and len(held) < workers.width and not any(alone for _, alone in held.values()):
            job = waiting.popleft()
            held[workers.submit(function, job)] = job, False
        for future in futures.wait(held, return_when=futures.FIRST_COMPLETED).done:
            job, alone = held.pop(future)
            try:
                outcome = future.result()
            except TeachingError:
                raise
            except Exception as error:
                if not alone:
                    suspects.append(job)
                    continue
                outcome = error
            yield job, outcome


class Processes:
    """Processes of this machine, `count` of them. They end when this process ends, however it ends.

    width: how many jobs are on their way at a time, so that none waits for its next.
    """

    def __init__(self, count):
        self.count, self.width = count, count + 1
        # The matrices are small: threads of one process would only take time from the other processes.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        self._start()

    def _start(self):
        # The processes wait for the end of what comes through this pipe. Nobody else holds its other end.
        self.watched, self.lifeline = multiprocessing.Pipe(duplex=False)
        spawn = multiprocessing.get_context("spawn")
        self.pool = futures.ProcessPoolExecutor(self.count, spawn, _tie, (self.watched,))

    def _stop(self, at_once):
        if at_once:
            self.lifeline.close()
        self.pool.shutdown(cancel_futures=True)
        self.lifeline.close()
        self.watched.close()

    def submit(self, function, job):
        """A Future of function(job)."""
        try:
            return self.pool.submit(function, job)
        except futures.BrokenExecutor:
            self._stop(at_once=True)
            self._start()
            return self.pool.submit(function, job)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self._stop(at_once=kind is not None)


def _tie(watched):
    """Tie a process to the one that started it. In a group of its own, so that Ctrl-C reaches only that one."""
    os.setpgid(0, 0)
    threading.Thread(target=_end_with, args=(watched,), daemon=True).start()


def _end_with(watched):
    watched.poll(None)  # nothing is ever sent: it returns when the other end is closed
    os._exit(1)


class Cluster:
    """The workers of a Dask cluster, by its scheduler's address. Each needs the course and its answers, installed."""

    def __init__(self, address):
        try:
            from distributed import Client
        except ImportError:
            raise TeachingError("--scheduler needs Dask: python -m pip install distributed") from None
        try:
            self.client = Client(address, timeout=PATIENCE)
        except (OSError, ValueError) as error:  # OSError: also a TimeoutError
            raise TeachingError(f"No Dask scheduler answers at {address} ({type(error).__name__}).") from error
        threads = sum(self.client.nthreads().values())
        if not threads:
            self.client.close()
            raise TeachingError(f"The Dask cluster at {address} has no worker.")
        self.width = 2 * threads
        self.pool = self.client.get_executor(pure=False)

    def submit(self, function, job):
        """A Future of function(job)."""
        return self.pool.submit(function, job)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.pool.shutdown(wait=kind is None)  # else what is on its way is given up
        self.client.close()
