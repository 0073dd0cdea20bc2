from .ch06.batches import EPOCH_BATCHES as EXERCISE  # noqa: F401
