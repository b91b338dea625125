"""From cases to vectors: trajectories, certified digits, files, kill matrices."""
