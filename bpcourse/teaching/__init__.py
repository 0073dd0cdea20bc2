"""A class: what comes in, how it is marked, what goes out. For teachers; no learner's notebook loads any of it.

The path of a hand-in, a room each: `arrivals` (files and zips become Handed), `mending` (a notebook becomes the release
with the learner's answers, in steps), `marker` (the steps run in a `sandbox`, the checks judge from outside), `book`
(the gradebook of nbgrader), and what is made of it.
"""
