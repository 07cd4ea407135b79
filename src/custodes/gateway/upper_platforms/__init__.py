"""We below upper platforms: one link each, what it is shown, what it is sent (docs/design/gateway.md, gb28181-cascade.md)."""
