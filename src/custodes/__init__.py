"""Custodes (明鉴): public-safety video, kept and shown under the law, with every look on record."""
