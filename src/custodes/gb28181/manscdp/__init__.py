"""MANSCDP: the XML in which devices and platforms ask, answer, command and report (GB/T 28181 Annex A)."""
