"""Speaking through a camera's device: sound on its way to a voice output (docs/design/gateway.md, "Speaking")."""
