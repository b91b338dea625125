"""The command line: thin, over the library."""

from goldstep.cli.main import main

__all__ = ["main"]
