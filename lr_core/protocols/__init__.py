"""Wire formats of predictions: pure functions between bytes and rows."""
