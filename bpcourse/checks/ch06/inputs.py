"""Chapter 06: inputs that are no single array: they cannot be spoilt, and show themselves in a few words."""


def fixed(array):
    """`array`, which can no longer be written into."""
    array.setflags(write=False)
    return array


class Described(tuple):
    """A tuple that the sentences of a check show as `words`, not with all its numbers."""

    def __new__(cls, entries, words):
        """entries: of the tuple; words: in place of its repr."""
        made = super().__new__(cls, entries)
        made.words = words
        return made

    def __repr__(self):
        return self.words


def batches(arrays):
    """Index arrays, one for each batch."""
    return Described(map(fixed, arrays), f"{len(arrays)} arrays of {_listed(arrays)} indices")


def examples(X, second, name="labels"):
    """The pair of images and their labels, or of inputs and targets."""
    return Described((fixed(X), fixed(second)), f"(X {X.shape}, {name} {second.shape})")


def pieces(pairs):
    """Pairs (X, Y) of different sizes."""
    made = [examples(X, Y, "Y") for X, Y in pairs]
    return Described(made, f"{len(made)} pairs with {_listed([X for X, _ in made])} examples")


def _listed(arrays):
    lengths = [str(len(array)) for array in arrays]
    return lengths[0] if len(set(lengths)) == 1 else ", ".join(lengths)
