"""Looks: for whom to see, and when; what of them has to be explained."""
