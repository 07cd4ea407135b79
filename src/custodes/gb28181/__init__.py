"""GB/T 28181: how platforms and devices speak. Octets in, typed values out, and back; no Django, no settings, no clock."""
