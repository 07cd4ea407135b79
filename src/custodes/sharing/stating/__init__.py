"""What is said to a platform below before a camera of its is called, listed or moved: who asks, and why (S22, S28; wire.md §9)."""
