"""A plain platform above, simulated: for `custodes simupper`, and to try platforms below with."""
