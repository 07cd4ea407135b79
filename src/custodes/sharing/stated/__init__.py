"""What officers of an upper platform state before it asks: heard over the side channel, on record, then found for each wish (S28.1, S33.1; wire.md §9)."""
