"""How one signs in at the demo's simulated cameras. They listen on loopback alone and show drawn scenes: it is no secret."""

USER = "admin"
PASSWORD = "simulated-only"  # noqa: S105 - see above
