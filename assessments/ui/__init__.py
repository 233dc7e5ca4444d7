"""Small helpers that every room may use: numbers and dates in the reader's language, navigation."""
