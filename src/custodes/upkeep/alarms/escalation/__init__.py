"""An alarm that nobody acknowledges is told again, to the next post (docs/design/alarms.md §5)."""
