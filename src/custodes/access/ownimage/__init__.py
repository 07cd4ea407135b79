"""One's own image (本人影像, PIPL 45)."""
