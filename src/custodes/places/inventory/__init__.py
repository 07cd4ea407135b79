"""The inventory of places as a table: a file is read, each row is checked by the rules of one site, then entered or let go."""
