"""From published round to published round: what moved, how sure that is, and what may explain it."""
