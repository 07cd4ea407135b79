"""Agency requests (查阅、调取、复制, S27, S28): from the draft to what was given back. The README says which file does what."""
