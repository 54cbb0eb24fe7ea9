"""What differs between runs, for people to read."""
