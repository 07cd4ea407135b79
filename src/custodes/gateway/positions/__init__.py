"""Positions of what moves: subscribed to for what a person entered, the newest of each told the web (GB/T 28181-2016 §9.11)."""
