"""Control leases: one person's, to steer a camera or to speak through it, for as long as they look at it (docs/design/steering.md)."""
