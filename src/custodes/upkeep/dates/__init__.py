"""Dates of the register: what is due, late or to come, who is told of it, the calendar and its feed."""
