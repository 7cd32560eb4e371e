"""Who may ask for what, and how often: keys, tokens, roles and limits, free of any server.

A door asks `Access.admit` with the headers of a request and what its route needs (`roles`); nothing here knows HTTP,
so a door of gRPC asks the same with its metadata.
"""
