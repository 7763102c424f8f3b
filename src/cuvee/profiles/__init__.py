"""What a value looks like: counts, ranges, distributions, a preview. Reads values, never changes one."""
