"""Lists of the register as files: one mechanism, the columns of each list as data."""
