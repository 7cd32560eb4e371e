"""Where a request enters: the answers of both functions, and the doors that hand requests to them."""
