"""Where a camera stands and what it has in view: positions, fields, their overlap, and how they are drawn. Pure."""
