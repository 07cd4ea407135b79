"""Calling channels of devices for nodes, and ending every call that was begun (docs/design/gateway.md)."""
