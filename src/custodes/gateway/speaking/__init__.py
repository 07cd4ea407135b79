"""Speaking through devices for nodes: announced, called by the device, ended (docs/design/gateway.md, "Speaking")."""
