"""Sends cameras of this worker to upper platforms as program stream over RTP, when the gateway asks for it."""
