"""Pure rules: facts in, decisions out. No I/O, no clock, no await."""
