"""Fuzzing of what reads octets of peers."""
