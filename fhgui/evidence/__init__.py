"""Read-only pictures and videos: opening, hashing, container metadata, exact frame access."""
