"""City and county plans (S8) and technical norms (S12.2): who may, the check of the text, guards, steps."""
