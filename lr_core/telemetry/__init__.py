"""What a process says of itself: metrics, logs, and the trace that it is a part of.

Counting is a few additions in memory; what turns counts into text (`exposition`) is loaded by the first who asks.
"""
