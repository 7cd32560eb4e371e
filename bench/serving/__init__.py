"""Predict beside its peers: cold start, requests a second, large bodies, many models, memory."""
