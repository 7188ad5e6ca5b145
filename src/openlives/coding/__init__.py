"""Threads → codes → themes: the thematic analysis of §4.3, and what it needs around it."""
