"""Tables that people fill in and hand over: what a table has for columns is data, reading one and writing its template are here once."""
