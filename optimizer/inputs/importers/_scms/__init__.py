"""Parts of the `scms` importer: settings, lines, sites, estimates, tables, the written account."""
