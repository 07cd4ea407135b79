"""What is so: one file for each source of alarms, each a function ``(now) -> Iterable[Condition]``."""
