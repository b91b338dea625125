"""Number formats, intervals of real numbers, and decimals."""
