"""frames_joblib.py: the same, each step remembered by joblib."""

import frames_work
from joblib import Memory

memory = Memory(".joblib", verbose=0)
made, widened, means = map(memory.cache, (frames_work.made, frames_work.widened, frames_work.means))

frames_work.measure(lambda: means(widened(made())), ".joblib")
