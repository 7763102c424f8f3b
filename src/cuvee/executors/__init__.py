"""What performs calls: in this process, or a pool of worker processes."""
