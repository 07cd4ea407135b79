"""The map of the register: what a window of it holds, for who may read positions (S30.1, S33.1)."""
