"""Requests to cooperate (S24): need, answer, reminders."""
