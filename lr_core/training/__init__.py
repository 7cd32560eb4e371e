"""Training: from the tables of a bucket to a version, and an alias that names it."""
