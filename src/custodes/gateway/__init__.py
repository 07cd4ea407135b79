"""The GB/T 28181 gateway: the process that speaks SIP with devices."""
