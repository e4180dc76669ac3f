"""From the noise of a pipeline and from seeded defects to limits between the two. Pure: numbers in, a proposal out."""
