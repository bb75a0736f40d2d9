"""Bytes → a tree with places, and faults with theirs. Knows rows and columns, and nothing of plans."""
