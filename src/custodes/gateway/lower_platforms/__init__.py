"""Platforms below: devices whose links are tried before they are in force (docs/design/gateway.md)."""
