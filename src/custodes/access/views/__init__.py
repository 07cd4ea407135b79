"""Pages on which something is looked at."""
