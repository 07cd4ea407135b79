"""Forms of upkeep, one file a subject."""
