"""The register for partners' programs: `/api/register/v1/`, by keys with scopes, and its description for people."""
