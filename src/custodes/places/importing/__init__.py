"""Tables of sites, systems, cameras and units that are taken into the register: read, checked, entered, each in steps that survive a crash."""
