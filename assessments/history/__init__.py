"""From round to round: answers taken over, what moved, and what explains it."""
