"""We as the lower platform of an upper one."""
