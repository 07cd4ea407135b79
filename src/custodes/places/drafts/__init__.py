"""Filing and removing step by step: drafts that are kept after each page, and what each page asks."""
