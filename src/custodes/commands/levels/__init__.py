"""`custodes demo --levels 3`: the platforms of region, city and county on one machine, cascaded by GB/T 28181 (S22)."""
