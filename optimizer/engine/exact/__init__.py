"""The whole model to HiGHS, helped by what its relaxation proves."""
