"""The life of a model after its training: looking back, going back, and going elsewhere."""
