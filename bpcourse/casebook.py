"""The data of a case: a file of scanned digits as an archive hands it out, with what such files have in them."""

import numpy as np

from .datasets import digits

LEVELS = 16  # grey levels of the scanner, above white


def scans():
    """(1437, 66), a row a scan: 64 grey levels from 0 (white) to 16, the number of the scan in the archive, from 1, and
    the digit.

    The pictures are those of `datasets.digits()`, the training part, in its order. The archive keeps its scans in ten
    boxes, one for each digit, and has numbered them box by box.
    """
    X, labels, _, _ = digits()
    number = np.empty(len(labels))
    number[np.argsort(labels, kind="stable")] = np.arange(1, len(labels) + 1)
    return np.column_stack([LEVELS * X, number, labels])
