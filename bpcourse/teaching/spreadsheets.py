"""Tables as a spreadsheet reads and writes them, and files that are there whole or not at all."""

import csv
import io
import os
import re
import unicodedata

from .records import TeachingError

# What makes a formula of a cell in Excel, LibreOffice or Google Sheets; the wide forms do where Chinese or Japanese is
# typed. A cell that begins with an apostrophe gets another, so that `bare` gives back every text.
_STARTS = set("=+-@|'＝＋－＠｜")


def guarded(text):
    """The text as a cell that no program takes for a formula: one that could be gets an apostrophe before it.

    What is blank or invisible at its start is skipped, as some programs do. A single dash, for "none", stays.
    """
    text = str(text)
    first = next((sign for sign in text if unicodedata.category(sign)[0] not in "ZC"), "")
    return "'" + text if first in _STARTS and text != "-" else text


def bare(cell):
    """The text of which `guarded` made the cell."""
    return cell[1:] if cell[:1] == "'" and guarded(cell[1:]) == cell else cell


def plain(number):
    """A number for a table: at most two decimals, and no more than it needs; "" for None."""
    return "" if number is None else f"{number:.2f}".rstrip("0").rstrip(".")


def to_csv(rows, delimiter=",", mark=True):
    """Rows of cells as the bytes of a CSV file.

    In UTF-8; mark: with a byte order mark, without which Excel takes the bytes for those of its own old alphabet.
    """
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(
        [guarded(cell) for cell in row] for row in rows
    )
    return text.getvalue().encode("utf-8-sig" if mark else "utf-8", errors="backslashreplace")


def read_csv(path):
    """(rows, delimiter, whether it has a byte order mark) of a CSV file; a row is (number of its line, cells).

    Comma, semicolon or tab, whichever the first line has most of; UTF-8, UTF-16, or what Excel wrote before those.
    Cells are `bare`, so that a table of ours comes back as it was; lines without anything in them are left out.
    """
    content = path.read_bytes()
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, [bare(cell) for cell in row]) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise TeachingError(
            f"{path}, line {reader.line_num}: this is no CSV file that can be read ({error})."
        ) from None
    return rows, delimiter, content[:3] == b"\xef\xbb\xbf"


def number(cell):
    """A number as people write it, "0.9" or "0,9", as a float; None if it is none."""
    try:
        value = float(cell.strip().replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def write(path, content):
    """Writes text or bytes into a file, which nobody ever sees half written; its folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = content if isinstance(content, bytes) else content.encode("utf-8", errors="backslashreplace")
    beside = path.with_name(f".{path.name[:60]}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def keep_only(folder, pattern, names):
    """Removes the files of a folder that match the pattern and are not among the names: what an earlier run left."""
    for path in folder.glob(pattern):
        if path.name not in names:
            path.unlink()


def file_names(names, ending):
    """{name: a file's name for it}, one for each and no two alike on any system, whatever the names hold."""
    found, taken = {}, set()
    for name in sorted(names):
        stem = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|\ud800-\udfff]', "_", name).strip(" .") or "_"
        while len(stem.encode()) > 150:  # systems allow 255 bytes
            stem = stem[:-1]
        candidate, count = stem, 1
        while unicodedata.normalize("NFKC", candidate).casefold() in taken:
            count += 1
            candidate = f"{stem} ({count})"
        taken.add(unicodedata.normalize("NFKC", candidate).casefold())
        found[name] = candidate + ending
    return found
