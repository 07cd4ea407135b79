"""Steering cameras: one hand on each, every command written down first, and a stop when the hand is gone (steering.md)."""
