"""What stands where in the bucket, and the only ways to change it."""
