"""frames_plain.py: make a frame, add a column, take the means. Nothing is kept."""

import time

from frames_work import made, means, say, widened

began = time.perf_counter()
result = means(widened(made()))
say(time.perf_counter() - began, result)
