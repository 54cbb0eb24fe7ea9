"""What people read: pages, workbooks, sentences.  Reads runs, decides nothing."""
