"""Looks that somebody has to explain and somebody else judges."""
