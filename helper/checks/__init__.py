"""What can be checked of an installation, for `ittsu doctor` and the page of checks: one file per concern."""
