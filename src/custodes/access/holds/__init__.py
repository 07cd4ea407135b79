"""信息保全 (S33.2a): placing, delivering to workers, reviewing and releasing by two. See docs/design/requests.md."""
