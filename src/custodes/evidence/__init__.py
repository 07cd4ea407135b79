"""Evidence packages: footage handed over with what proves it (docs/design/evidence.md)."""
