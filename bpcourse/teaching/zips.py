"""What lies in a zip, read without writing anything: a zip that breaks, bursts or is locked costs itself."""

import struct
import zipfile
import zlib
from datetime import UTC, datetime

from .opening import LARGEST
from .records import TeachingError

MOST_FILES = 50_000
MOST_BYTES = 2**30  # of all that is read from one zip, unpacked
MOST_NESTED = 2**26  # of a zip in a zip, and of all that is read from it
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, struct.error, ValueError, LookupError)


class Zip:
    """An opened zip. room: how many bytes may still be read from it."""

    def __init__(self, file, room=MOST_BYTES):
        self.room = room
        try:
            self.zip = zipfile.ZipFile(file)
        except (*_BROKEN, NotImplementedError) as error:
            raise TeachingError("it is no zip, or a broken one; download it again") from error
        if len(self.zip.infolist()) > MOST_FILES:
            raise TeachingError(f"it holds more than {MOST_FILES} files")

    def members(self):
        """[(parts of the path, member)] of its files. Nothing is written to these paths, wherever they point."""
        found = []
        for info in self.zip.infolist():
            parts = tuple(part for part in _name(info).replace("\\", "/").split("/") if part not in ("", ".", ".."))
            if parts and not info.is_dir():
                found.append((parts, info))
        return found

    def read(self, info, most=LARGEST):
        """The bytes of a member, one more than `most` if it has more; TeachingError with the reason if it fails."""
        try:
            with self.zip.open(info) as file:
                content = file.read(min(most, self.room) + 1)
        except NotImplementedError as error:
            raise TeachingError("it is packed in a way that is not known here; unpack the zip") from error
        except RuntimeError as error:
            raise TeachingError("it is locked with a password; ask for it without") from error
        except _BROKEN as error:
            raise TeachingError("it is damaged in the zip; download or ask for it again") from error
        self.room -= len(content)
        if self.room < 0:
            raise TeachingError("the zip unpacks to far more than notebooks need; look at it by hand")
        return content


def _name(info):
    """The path of a member. Zips that do not say so mostly have UTF-8, too."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def time_of(info):
    """When a member was written, with its zone; None if it does not say. A zip's own times are local ones, anywhere."""
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == 0x5455 and size >= 5 and extra[4] & 1:  # the time of the file system, in seconds
            return datetime.fromtimestamp(*struct.unpack("<i", extra[5:9]), UTC)
        extra = extra[4 + size :]
    try:
        return datetime(*info.date_time).astimezone() if info.date_time[0] > 1980 else None
    except (ValueError, OverflowError):
        return None
