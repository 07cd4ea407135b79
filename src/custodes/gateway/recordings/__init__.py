"""What devices have recorded of their channels, asked for nodes."""
