"""What knows the answers to the exercises: one file an exercise, named after it, with its EXERCISE.

The source notebooks lie beside this folder. What several exercises share stands in `common`.
"""
