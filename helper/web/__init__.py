"""HTTP ↔ flows. One file per resource, one per concern."""
