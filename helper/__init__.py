"""Ittsu: the first message to a new friend of a LINE Official Account, from the dashboard already open."""

__version__ = "0.1.0"
