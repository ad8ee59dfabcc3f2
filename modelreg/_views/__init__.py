"""One field order for terminal, notebook and page; knows records, prints nothing and parses no arguments."""
