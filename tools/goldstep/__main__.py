"""``python -m goldstep``: the command line by the Python that it is installed for."""

from goldstep.cli import main

if __name__ == "__main__":
    main()
