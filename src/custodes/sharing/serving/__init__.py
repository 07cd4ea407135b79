"""What the gateway asks about upper platforms: who they are, what they are shown, what each may have, and what has to end (S22; wire.md §8)."""
