"""Links that are tried before they are in force: what trials of platforms above and below have in common (docs/design/gateway.md)."""
