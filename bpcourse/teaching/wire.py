"""The line between the marker and the child in its sandbox: packed messages through two pipes."""

import math
import mmap
import os
import select
import struct
import time

from .packing import Broken, pack, unpack

LIMIT = 64 * 2**20  # bytes of one message
LOOK = 0.25  # seconds of waiting from one look at what the other end is doing to the next
HEAD = struct.Struct("<I8s")  # of a message: its length, and what it answers


class Line:
    """Messages over two file descriptors, each at most LIMIT bytes long.

    The marker asks, the child answers. Each question has a mark, which nobody could know before; a message with another
    mark answers no question, whoever wrote it, and is passed over.
    """

    def __init__(self, incoming, outgoing, patient=False, look=None):
        """patient: waits for ever; the child does. The marker waits until a deadline, also in the midst of a message.

        look: called now and then while the marker waits; may raise Broken.
        """
        self.incoming, self.outgoing, self.patient, self.look = incoming, outgoing, patient, look
        self.mark = mmap.mmap(-1, 8)  # all processes of the child answer the last question that any of them has read
        self.deadline, self.looked = math.inf, time.monotonic()
        if not patient:
            os.set_blocking(incoming, False)
            os.set_blocking(outgoing, False)

    def within(self, seconds):
        """What follows must be done in so many seconds."""
        self.looked = time.monotonic()
        self.deadline = self.looked + seconds

    def send(self, message, functions=None):
        data = pack(message, functions)
        if len(data) > LIMIT:
            raise Broken(f"a message of {len(data)} bytes; {LIMIT} are allowed")
        if not self.patient:
            self.mark[:] = os.urandom(8)
        data = memoryview(HEAD.pack(len(data), self.mark[:]) + data)
        while data:
            self._in_time()
            try:
                data = data[os.write(self.outgoing, data[: 2**16]) :]
            except BlockingIOError:
                self._wait([], [self.outgoing])
            except OSError as error:
                raise Broken("the other end has gone") from error

    def receive(self, function=None):
        while True:
            length, mark = HEAD.unpack(self._read(HEAD.size))
            if length > LIMIT:
                raise Broken(f"a message of {length} bytes; {LIMIT} are allowed")
            data = self._read(length)
            if self.patient:
                self.mark[:] = mark
            if mark == self.mark[:]:
                return unpack(data, function)

    def _read(self, length):
        data = bytearray()
        while len(data) < length:
            self._in_time()
            try:
                piece = os.read(self.incoming, min(length - len(data), 2**20))
            except BlockingIOError:
                self._wait([self.incoming], [])
                continue
            if not piece:
                raise Broken("the other end has gone")
            data += piece
        return bytes(data)

    def _in_time(self):
        """Broken if the time is over, also where there is always something to read."""
        if self.patient:
            return
        now = time.monotonic()
        if now >= self.deadline:
            raise Broken("no answer in time")
        if self.look and now >= self.looked + LOOK:
            self.look()
            self.looked = time.monotonic()

    def _wait(self, reading, writing):
        while not any(select.select(reading, writing, [], max(0.0, min(self.deadline - time.monotonic(), LOOK)))):
            self._in_time()
