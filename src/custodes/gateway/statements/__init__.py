"""Who asks and why, between the gateways of two platforms that run this program (docs/design/wire.md §9)."""
