"""The jobs, one file a command, and what they share: prepare, record, reopen, about, interrupts."""
