"""Rows that come a line each, in pieces of bytes: CSV and JSON lines; predictions go out the same way."""
