"""Reports for many clients as one job, and the look that firms and banks give to theirs."""
