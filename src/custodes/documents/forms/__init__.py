"""The documents as data, one subject a file; what each shows stands in the template of its name."""
