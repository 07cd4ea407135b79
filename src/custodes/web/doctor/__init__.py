"""体检: what an installation needs to keep its promises, looked at one subject a file."""
