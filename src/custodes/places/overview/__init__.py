"""The register of a division in figures."""
