"""Runs strangers' programs so that they can hurt nobody: bounded, isolated, and wholly ended."""
