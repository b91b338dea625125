"""Reports: runs rendered for a reader."""
