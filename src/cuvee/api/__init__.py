"""The Python face: runs to look at, values to load. `.run` of a task or pipeline ends up here.

What `.run` needs is loaded by it, and no more: what looks at runs or compares them loads its own on use.
"""
