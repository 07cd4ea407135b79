"""The eight bytes by which a camera is turned, and holding it on the move safely (GB/T 28181 §9.3, Annex A.3)."""
