"""How it comes to be known what user code asks of the world: audit events, and stand-ins."""
