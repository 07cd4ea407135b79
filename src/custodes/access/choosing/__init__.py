"""Cameras and times chosen on a map and a timeline: one part for requests, cases and holds (S27, S29, N21, S33.2a)."""
