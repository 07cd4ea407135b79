"""What waits for a person: one module for each thing, and `waits.py` what a line of it is."""
