"""The user's project: its root, settings, targets, git state and installed distributions."""
