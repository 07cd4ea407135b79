"""A device's own recordings, looked at where the archive has gaps (docs/design/gateway.md, "Looking at a device's recordings")."""
