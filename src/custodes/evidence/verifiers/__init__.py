"""Programs that go into each package and check it where nothing of ours is installed. They share no code with what writes it."""
