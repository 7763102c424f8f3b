"""frames_plain.py: make a frame, add a column, take the means. Nothing is kept."""

from frames_work import made, means, measure, widened

measure(lambda: means(widened(made())))
