"""Mergeable sufficient statistics of rows, and what can be said from one alone."""
