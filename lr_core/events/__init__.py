"""CloudEvents: what they ask of a training, and what a training says in them. Pure functions, free of any transport."""
