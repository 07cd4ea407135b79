"""Who works here: divisions, units, persons, accounts, posts and duty."""
