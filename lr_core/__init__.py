"""Linear regression as a serverless service: the library behind the functions and the command."""
