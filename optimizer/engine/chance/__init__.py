"""Choices whose total loss stays within a limit with a given probability."""
