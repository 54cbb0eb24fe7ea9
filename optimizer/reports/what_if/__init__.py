"""What-ifs side by side as people read them."""
