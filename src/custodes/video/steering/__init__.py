"""Steering a camera, whatever protocol it speaks: what can be asked of it, and what it can do."""
