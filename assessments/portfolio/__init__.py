"""All clients of a firm on one page: where each stands, how it moved, what needs attention."""
