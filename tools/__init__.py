"""Scripts that make committed files. Not shipped; run from the top of the repository."""
