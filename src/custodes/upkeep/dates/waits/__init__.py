"""What waits for a person: of systems, of who may look, of persons and plans, of sharing. `asking.Waits` is a line of it."""
