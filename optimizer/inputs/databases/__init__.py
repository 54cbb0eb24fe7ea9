"""A database is a portfolio, too: its tables as files, in one order whatever database it is."""
