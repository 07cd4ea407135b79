"""The directory of S25: what belongs into it, what must not stand in it, how it is compiled and published."""
