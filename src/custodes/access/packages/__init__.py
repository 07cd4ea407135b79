"""Evidence packages (S27, S28): what of an agency request is handed out, made as a stream and handed over before both officers."""
