"""GB/T 28181: how platforms speak with devices and with each other. A protocol library: no Django, no settings, no clock."""
