"""Peers from frozen quarterly contributions, and dated figures from outside."""
