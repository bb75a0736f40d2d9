"""A project's folder: which sites it has, what they are made of, where they go, what was built."""
