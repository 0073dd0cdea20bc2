"""Sizes of wide cases: small, so that each coincidence comes, and sometimes large, since no size is the last."""


def sizes(rng, count, least=1, most=6):
    """`count` sizes, independent, of `least` to `most`; in one case of four one of them is 20 to 40."""
    found = [int(n) for n in rng.integers(least, most + 1, size=count)]
    if rng.random() < 0.25:
        found[rng.integers(count)] = int(rng.integers(20, 41))
    return found
