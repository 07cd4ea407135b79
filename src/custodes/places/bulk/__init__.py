"""Many cameras at once: read a table, check it row by row, register what is right, probe it all on the node."""
