"""Letters to departments about systems that they have to join (S23): what is owed, what was issued, issuing."""
