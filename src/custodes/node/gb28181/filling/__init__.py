"""Gaps of channels, filled afterwards from what their devices recorded themselves (docs/design/archive.md, "Filled gaps")."""
