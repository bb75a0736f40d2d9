"""Judgement on texts, folders and built sites: whole, clean, nobody's secret."""
