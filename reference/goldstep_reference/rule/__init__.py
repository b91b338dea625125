"""What every algorithm shares."""
