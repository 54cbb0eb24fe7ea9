"""What history says where the tables leave it open (MODEL 1a)."""
