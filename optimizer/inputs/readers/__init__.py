"""Files → cells: CSV, Parquet and workbooks, read strictly and within limits."""
