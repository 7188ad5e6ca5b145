"""Lets `python -m openlives` do as `openlives` does."""

from openlives.cli import main

if __name__ == "__main__":
    main()
