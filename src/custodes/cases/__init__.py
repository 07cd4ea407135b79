"""What people decide step by step: each kind of case is declared once, and everything that all kinds have in common follows from it."""
