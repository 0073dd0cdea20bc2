"""A slow line to a server on this machine: a TCP relay that hands every byte on after half of the round trip."""

import asyncio
import threading

from lab import free_port  # of tests/explore

CHUNK = 1 << 16


class SlowLine:
    """While it is open, `port` leads to `target` on this machine, `round_trip` seconds away."""

    def __init__(self, target, round_trip):
        self.target, self.delay = target, round_trip / 2
        self.port = free_port()

    def __enter__(self):
        self.loop, ready = asyncio.new_event_loop(), threading.Event()
        self.thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait()
        return self

    def __exit__(self, *error):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    def _run(self, ready):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.start_server(self._meet, "127.0.0.1", self.port))
        self.loop.call_soon(ready.set)
        self.loop.run_forever()

    async def _meet(self, reader, writer):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(self._hand_on(reader, far_writer), self._hand_on(far_reader, writer))

    async def _hand_on(self, reader, writer):
        """What comes is kept for the delay; what comes meanwhile is under way at the same time."""
        loop = asyncio.get_running_loop()
        while data := await reader.read(CHUNK):
            loop.call_later(self.delay, writer.write, data)
        loop.call_later(self.delay, writer.close)
