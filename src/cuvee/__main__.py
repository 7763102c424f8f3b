"""`python -m cuvee` is `cuvee`."""

from cuvee.cli import main

if __name__ == "__main__":
    main()
