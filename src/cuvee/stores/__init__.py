"""Where artifacts' bytes are kept: memory, the file system."""
