"""Ways from a statistic (and, for gradient descent, the rows) to coefficients."""
