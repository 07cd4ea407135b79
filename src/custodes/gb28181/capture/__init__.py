"""Reading what was on the wire: capture files, packets, connections, and what each message says."""
