"""`python -m cuvee` is `cuvee`."""

from cuvee.cli import script

if __name__ == "__main__":
    script()
