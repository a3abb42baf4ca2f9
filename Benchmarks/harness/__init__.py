"""What bench.py is made of: one module per benchmark, and the tools that they share."""
