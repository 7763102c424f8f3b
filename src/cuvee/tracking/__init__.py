"""Where records are kept: cache entries, runs, queries. The only package with a database driver."""
