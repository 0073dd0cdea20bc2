"""Chapter 06: how many updates so many pictures, batches and epochs make."""

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth=45 * 20,
    tolerance=0.0,
    points=1,
    passed="44 full batches and one short one make 45 updates an epoch, and 20 epochs make 900.",
    question="How many batches does one epoch need so that every example has had its turn?",
    right=(900.0, [900]),
    wrong=(0, 1, 899, 901, 860, 900.01, -900, "900", True, float("nan"), 900j, [45, 20]),
    misconceptions=(
        Misconception("last_batch_dropped", 44 * 20, "You count full batches only. What becomes of the examples left "
            "over?"),
        Misconception("last_batch_once", 44 * 20 + 1, "You count the short batch once. In how many epochs does it have "
            "its turn?"),
        Misconception("one_epoch", 45, "That is one epoch. How many epochs are there?"),
        Misconception("one_epoch_without_the_last_batch", 44, "44 batches are full. Which examples have not had their "
            "turn, and how many epochs are there to come?"),
        Misconception("not_whole", 1437 / 32 * 20, "It looks as if you multiplied 1437/32, which is not whole, by the "
            "epochs. With what does a batch end that is not full: with no update, with a part of one, or with one?"),
        Misconception("one_epoch_not_whole", 1437 / 32, "That is 1437/32: the batches of one epoch, if a part of one "
            "could be. How many updates are that in whole numbers, and in all epochs?"),
        Misconception("one_an_epoch", 20, "That is one update an epoch. When are the parameters changed: after all "
            "examples, or after each batch?"),
        Misconception("one_an_example", 1437 * 20, "That is one update an example. How many examples share an update?"),
        Misconception("the_examples", 1437, "That is the number of pictures. How many of them share an update?"),
        Misconception("examples_over_epochs", 1437 / 20, "You divided the pictures by the epochs. What makes an epoch "
            "end?"),
        Misconception("examples_times_size", 1437 * 32, "You multiplied the pictures by the batch size. How many share "
            "an update?"),
        Misconception("batch_size_times_epochs", 32 * 20, "You multiplied the batch size by the epochs. How many "
            "batches does one epoch have?"),
    ),
)  # fmt: skip
