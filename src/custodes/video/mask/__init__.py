"""Masked copies for public release: what was found or drawn is hidden, and the picture is encoded anew (docs/design/mask.md)."""
