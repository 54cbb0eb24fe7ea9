"""Every option of every SKU: designed, costed, pruned (MODEL 2 and 3)."""
