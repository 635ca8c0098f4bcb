"""What systems are told so that the helper starts by itself."""
