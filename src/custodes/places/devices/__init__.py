"""Devices of GB/T 28181 in the register: who may register, what they say that they have, and what becomes of it."""
