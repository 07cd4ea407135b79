"""Three platforms that are cascaded (S22): region, city and county, each an installation of its own with people of its own."""
