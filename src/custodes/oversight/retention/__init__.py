"""The account of keeping and deleting for who inspects it (S32, N17, S33.2a)."""
