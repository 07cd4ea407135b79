"""Joining systems into the sharing platform (S21, S23 to S25): the directory, and who must connect."""
