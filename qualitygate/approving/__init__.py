"""Making candidates the new references: what would change, what may not, and writing it."""
