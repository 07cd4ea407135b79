"""Joining systems into the sharing platform (S21 to S25): the directory, who must connect, links."""
