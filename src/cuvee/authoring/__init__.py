"""Function → task → graph: decorators, signatures, tracing."""
