"""What a release is made of, and that it works where it is installed."""
