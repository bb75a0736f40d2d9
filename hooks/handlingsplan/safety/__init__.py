"""Checks on what was built, before anyone can read it."""
