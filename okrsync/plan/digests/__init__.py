"""The weekly message of a digest: what it says, and its form for each service that carries it."""
