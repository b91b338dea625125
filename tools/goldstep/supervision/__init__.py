"""Runs programs that are not trusted: within limits, isolated, and with nothing left at the end."""
