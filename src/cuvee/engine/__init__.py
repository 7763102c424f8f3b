"""Rebuilder (need it run?) and scheduler (what next?), both pure; the driver does the I/O."""
