"""The same work with other tools, each in an environment of its own, beside cuvee in one table."""
