"""GB/T 28181: how platforms and devices speak. Octets in, typed values out, and back; no sockets, no clocks, no settings (pure)."""
