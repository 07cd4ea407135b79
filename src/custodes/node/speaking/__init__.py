"""Speaking through a camera's loudspeaker: one speaker on each, leave on record first, its end on record after (speaking.md)."""
