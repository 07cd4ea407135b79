"""How devices are set, asked and changed for the web."""
