"""Results that need not be made again: small documents by the digest of everything that made them."""
