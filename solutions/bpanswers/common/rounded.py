"""Numbers that are typed by hand."""


def four_digits(number):
    """The tolerance, as a part of the number, that lets it through with four digits, and little else."""
    return 1.01 * abs(float(f"{number:.4g}") - number) / abs(number)
