"""Every general sentence that a check says, whole, in one place. What an exercise says stands with the exercise."""

# How a result begins
PASSED, IN_PART, NOT_YET, NOT_ATTEMPTED = "Passed", "In part", "Not yet", "Not attempted"

# Nothing to mark yet
BLANK_FUNCTION = "`{name}` is still empty. Write its body, run that cell, then run this one again."
UNDEFINED = "`{name}` is not defined yet: run the cell with your answer first, then this one."
BLANK_VALUE = "`{name}` has no value yet. Put your answer in place of the three dots, run that cell, then this one."

# check() itself was called in a way it does not know
NO_ANSWER = (
    "`bp.check` needs your answer: the function, as in `bp.check({name})`, or a name and a value, as in "
    '`bp.check("{value_name}", 0.5)`.'
)
NAME_WITHOUT_VALUE = 'Which answer should be checked? Write `bp.check("{name}", your_value)`.'
NAME_WITHOUT_FUNCTION = "Which answer should be checked? Write `bp.check({name})`, without quotation marks."
VALUE_WITHOUT_NAME = (
    'A value ({kind}) came without the name of its exercise. Write `bp.check("{value_name}", ...)`, with the name in '
    "quotation marks."
)
TOO_MANY = "`bp.check` takes one function, or one name and one value; {count} answers came."
NAMELESS = (
    "Your function has no name of its own (`{came}`), so the check cannot know which exercise it answers. Give "
    'the name, as in `bp.check("{name}", your_function)`, or define it with `def {name}(...)`.'
)
UNKNOWN = "There is no exercise called `{name}`. Did you mean `{closest}`? The names are {names}."
UNKNOWN_FAR = "There is no exercise called `{name}`. The names are {names}."
NO_ANSWERS = "The answers to the exercises are not installed here (the package `bpanswers`), so `{name}` is not judged."
NAME_NOT_TEXT = "The name of an exercise is text in quotation marks; {kind} came."
BAD_SEED = "`seed` should be a whole number, 0 or more; {kind} came."

# What stands behind any other message
AFTER_ERROR = (
    "(The cell that ran before this one stopped with an error. If your answer stands in it, the check saw an "
    "older one.)"
)
PRINTED = "(What your function prints is not shown here. Call it in a cell of your own to see that.)"

# What the answer did
NOT_A_FUNCTION = "`{name}` should be a function; {kind} came. Pass it without brackets: `bp.check({name})`."
A_FUNCTION = "`{name}` should be a value; a function came. Call it, and pass what it returns."
ARGUMENTS = "Your function takes `{came}`; expected `({expected})`, in this order."
TIME = (
    "A call of your answer was still running after {seconds:g} seconds and was stopped. Does every loop come to an end?"
)
STOPPED = "You stopped the check before it was done."
RAISED = "Your function stopped with an error{line}: {error}. The inputs were {inputs}."
RAISED_LINE = " in line {number}, `{text}`"
ERRORS_EXPLAINED = {  # what NumPy and Python say -> what it means here
    "truth value of an array": " An array has many truth values, and `if` needs one. What chooses entry by entry?",
    "can be converted to": " An array came where `math` or `float` want one number. Which function takes arrays?",
    "read-only": " You wrote into an argument, which the caller still needs. Can you make a new array instead?",
    "does not support item assignment": " You wrote into an argument. Can you make a new dictionary or list instead?",
}
UNREADABLE = "The check could not read your answer: {error}. If your answer looks fine to you, please report it."
EXIT = "Your function calls `exit()` or `quit()`. What should it return instead?"
INPUT = "Your function calls `input()`. It should work from its arguments alone."
CHANGED = "{who} changed its argument {names}. The caller still needs it: can you make a new one instead?"
CHANGED_MANY = "{who} changed its arguments {names}. The caller still needs them: can you make new ones instead?"
OVERWRITTEN = (
    "Each result is right when it comes, and a later call of your function changes it: all calls write into the same "
    "array. How do you make a new one?"
)
WHO = "Your function"
WHO_IS_RIGHT = "What your function returns is right, but on the way it"
NOTHING = "Your function returned nothing: is there a `return`?"
DOTS = "Your function returns `...`, a place that is still to be filled in."
WRONG_TYPE = "{label} is {kind}; expected {expected}."
NOT_A_TUPLE = "Your function returned {kind}; expected {count} things, `return {parts}`."
WRONG_COUNT = "Your function returned {came}; expected {count}, `return {parts}`."
NAMES_DIFFER = "The arguments arrive in the order `({expected})`; you named them `({came})`."

ORDER_OF_PARTS = "Everything is right, but in another order than asked for: `return {parts}`. Which came where?"
# What is right about a tuple
RIGHT_PART = "{parts} is right. "
RIGHT_PARTS = "{parts} are right. "
ALL_OR_NONE = "(The points come when all are.) "

REST = "({parts} is wrong, too.)"
RESTS = "({parts} are wrong, too.)"

# In which cases an answer is wrong
WHEREVER = "Your answer is right in other cases, but not in those with {what}. "
LATER_CASE = "Your answer is right in other cases, but not in all. "
AGAIN = (
    "Your function is right when it is called for the first time, and gives something else when it is called again "
    "with the same arguments. What does it keep from one call to the next?"
)

# How an array differs from the right one in one case
WHERE = "For the inputs {inputs}: "
TRANSPOSED = "{label} is the transpose of the right one: its shape is {came}, expected {expected}."
RESHAPED = "{label} has the right numbers in the wrong shape: {came}, expected {expected}."
UNREDUCED_SUM = "{label} has the shape {came}, expected {expected}; its sum over axis {axis} would be right."
UNREDUCED_MEAN = "{label} has the shape {came}, expected {expected}; its mean over axis {axis} would be right."
SHAPE = "{label} has the shape {came}; expected {expected}."
SHAPE_TURNED = "{label} has the shape {came}; expected {expected}. Which factor should be transposed, or come first?"
NOT_FINITE = (
    "{label} contains NaN or infinite numbers. Which operation can divide by zero, overflow, or get a number that it "
    "does not take?"
)
ALL_ZERO = "{label} is zero everywhere. Is it ever computed?"
DIFFERS = "{label} is wrong. The largest difference, {difference:.3g}, is at {where}."
DIFFERS_NUMBER = "{label} is {came:.6g}, which is not right."
FLOAT32 = " It is {dtype}, which keeps few digits: compute in float64."
NEARLY = (
    "{label} is right to about {digits} digits, and then not. What small thing comes in, is left out, or is rounded?"
)

# What it has in common with the right one in every case; before each stands the label of the part
SIGN = " is the right one with the wrong sign. Where does a minus come in?"
TIMES = " is exactly {factor} times the right one. Where could a constant factor come from?"
TIMES_LENGTH = " is exactly {name} times the right one. Is a mean or a division missing?"
OVER_LENGTH = " is exactly the right one divided by {name}. Is something divided that should not be?"
BATCH = "the number of examples"
PROPORTIONAL = (
    " is the right one times a number, and the number differs from case to case: {factors}. What does it depend on?"
)
OFFSET = " is {offset} {word} than the right one everywhere. Where could a constant come from?"
MORE, LESS = "more", "less"
IS_ARGUMENT = " is `{name}`, which came in. Where is it changed?"
TIMES_ARGUMENT = " is the right one times `{name}`. Where does it come in?"
OVER_ARGUMENT = " is the right one divided by `{name}`. Where does it come in?"
PLUS_ARGUMENT = " is the right one plus `{name}`. Where does it come in?"
MINUS_ARGUMENT = " is the right one minus `{name}`. Where does it come in?"
FROM_ARGUMENT = " is `{name}` minus the right one. Which of the two is asked for?"
ABSOLUTE = " is the right one without its signs. Where do they get lost?"
SQUARED = " is the square of the right one. What is asked for?"
RECIPROCAL = " is one over the right one. Which of the two belongs above the line?"
ROOT = " is the square root of the right one. What is asked for?"
CUT_BELOW = " is right where the right one is positive, and 0 where that is negative. What cuts it off?"
CUT_ABOVE = " is right where the right one is negative, and 0 where that is positive. What cuts it off?"
ROUNDED = " is the right one rounded to a whole number. Where are the decimals lost?"
TRUNCATED = " is the right one without its decimals. Which kind of number holds none?"
DECIMALS = " is the right one rounded to {d} decimals. All of them are asked for: where is it rounded?"
SIGNS = " has the right size in every entry, and the wrong sign in some. What decides the sign?"
PERMUTED = " has the right numbers in other places. What decides which number goes where?"
WHERE_NEGATIVE = " is wrong exactly where `{name}` is negative. What happens there?"
WHERE_POSITIVE = " is wrong exactly where `{name}` is positive. What happens there?"
WHERE_ZERO = " is wrong exactly where `{name}` is 0. What happens there?"
WHERE_LARGE = " is wrong exactly where `{name}` is larger than 1 in size. What happens there?"
WHERE_SMALL = " is wrong exactly where `{name}` is smaller than 1 in size. What happens there?"
ONLY_DIAGONAL = " is wrong on its diagonal and nowhere else. What is special there?"
ONLY_OFF_DIAGONAL = " is right on its diagonal. What should stand beside it?"
ONLY_LINE = " is wrong in the {which} place along axis {axis} and nowhere else. What is special there?"
ALL_BUT_LINE = " is right in the {which} place along axis {axis}, and wrong in others. What is different there?"
FIRST, LAST = "first", "last"
ONLY_NEGATIVE = " is wrong only where `{name}` is negative. What happens there?"
ONLY_POSITIVE = " is wrong only where `{name}` is positive. What happens there?"
ONLY_NOT_POSITIVE = " is wrong only where `{name}` is not positive. What happens there?"
ONLY_NOT_NEGATIVE = " is wrong only where `{name}` is not negative. What happens there?"
ABOUT = " is {factor} times the right one. Where could a constant factor come from?"

# What changing one argument shows, after a message that knows only the largest difference
TWICE = " Called twice with the same arguments, {part} has two values. What does your function keep between calls?"
IGNORED = (
    " With another `{name}` that was tried, and all else as it was, {part} stays the same; the right one does not. Why?"
)
EXTRA = " With another `{name}` that was tried, {part} changes, and the right one does not. Why?"
MIXED = " With another first entry of `{name}` later entries of {part} change, and those of the right one do not. Why?"
FOLLOWS = " Where only {fine} changes, {part} follows as it should; where only {off} changes, it does not. Why?"
RESULT = "what your function returns"

# Answers that are numbers or choices
NUMBER_KIND = "`{name}` should be a number; {kind} came."
NUMBER_TEXT = "`{name}` should be a number; text came. Write it without quotation marks."
NUMBER_NOT_FINITE = "`{name}` is {came}; expected an ordinary number."
NUMBER_CLOSE = "{came:.6g} is close: a digit is wrong or missing. Can you leave the arithmetic to Python?"
COUNT_CLOSE = "{came:.8g} is close, but you are asked for a count. Which numbers can a count be?"
NOT_A_COUNT = "{came:.8g} is not it, and you are asked for a count. Which numbers can a count be?"
COUNT_NEAR = "{came:.8g} is close. What is counted that should not be, or left out?"
NUMBER_SIGN = "The size is right, the sign is not. What decides it?"
NUMBER_WRONG = "{came:.6g} is not it. {question}"
CHOICE = "`{name}` should be one of {choices}, as text in quotation marks; {kind} came."


def a(value):
    """A value's type, with an article, for the sentences above: 'a list', 'an array of shape (2, 3)'."""
    name = type(value).__name__
    if name == "NoneType":
        return "nothing (None)"
    words = {
        "str": "text",
        "bool": "True or False",
        "ellipsis": "`...`",
        "function": "a function",
        "ndarray": "an array",
    }
    return words.get(name) or f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def changed(names, right=False):
    """What to say to a function that changed its arguments `names`, though it may have returned the right thing."""
    text = CHANGED if len(names) == 1 else CHANGED_MANY
    return text.format(who=WHO_IS_RIGHT if right else WHO, names=listed(names))


def listed(names, last="and"):
    """`a`, `b` and `c`."""
    names = [f"`{name}`" for name in names]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"
