"""GB/T 28181: how surveillance platforms speak with devices and with each other. Pure: no Django, no settings, no other library of this house."""
