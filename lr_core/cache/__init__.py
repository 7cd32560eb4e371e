"""What is kept under `statistics/` between trainings: all of it derived from tables, none of it needed to be there."""
