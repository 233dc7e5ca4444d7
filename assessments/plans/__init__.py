"""A published roadmap that a bank adopted and carries out."""
