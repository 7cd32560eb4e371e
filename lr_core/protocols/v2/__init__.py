"""The Open Inference Protocol V2, with the binary tensor extension: pure functions between bytes and tensors."""
