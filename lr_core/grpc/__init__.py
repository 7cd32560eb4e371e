"""gRPC: the Open Inference Protocol on HTTP/2, its server and the client of the command.

Nothing outside this package knows gRPC, and only the command imports it, when it is asked to.
"""
