"""Words, numbers and dates as each language has them."""
