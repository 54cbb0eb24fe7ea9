"""Files that ERP systems import: what each holds (TOML beside this), its fields, its text."""
