"""One work order: load, seed, observe, call, check, store. The only code that calls a user's function."""
