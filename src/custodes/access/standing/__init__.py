"""Standing leave: what steering a camera and speaking through one share on the web's side, so that each verb says only what is its own."""
