"""A read-only link to one published result, for somebody without an account."""
