"""Turning cameras of devices: commands, a stop when the hand is gone, presets (GB/T 28181 §9.3, docs/design/gateway.md)."""
