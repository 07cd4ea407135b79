"""查阅调取: the register, intake at the counter and online, the holder's desk, and looking."""
