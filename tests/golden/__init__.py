"""Golden records: what each step of each kind of case writes into the log, byte for byte."""
