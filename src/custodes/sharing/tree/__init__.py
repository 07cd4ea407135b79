"""The tree that each upper platform is shown, in ids of its own."""
