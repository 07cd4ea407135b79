"""Control leases on a node: what steering a camera and speaking through one share, from the web's word to the end on record."""
