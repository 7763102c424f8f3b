"""What runs a call: in this process, so far."""
