"""Whoever means harm, or only sends nonsense: every door of SECURITY.md with somebody pushing at it."""
