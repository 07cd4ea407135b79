"""The whole story of a site: the lines of its systems, and of what else happened there."""
