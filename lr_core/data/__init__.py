"""Tables in chunks of float64, read as streams; whatever is wrong with one is named by line and column."""
