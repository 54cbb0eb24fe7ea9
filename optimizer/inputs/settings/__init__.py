"""Settings from a file, a sheet, the command line or a what-if's columns."""
