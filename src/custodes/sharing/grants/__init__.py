"""Link grants: what an upper platform may have, decided by two persons."""
