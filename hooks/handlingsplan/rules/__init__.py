"""Judgement on one text or one file by itself, whoever wrote it and whatever project it is in."""
