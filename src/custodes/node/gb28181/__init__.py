"""Channels of GB/T 28181 devices as this node's cameras: what is asked of the gateway for them (docs/design/gateway.md)."""
