"""A device of GB/T 28181 as a library: for the simulator and for tests of the platform."""
