"""ONVIF, as much as is needed here: search, look at a device, its streams, its turning. Decision 0122 says why it is ours and which media service is read."""
