"""The pages of public release."""
