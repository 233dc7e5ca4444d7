"""The comparison on paper: nine or ten pages in the frame of the board report."""
