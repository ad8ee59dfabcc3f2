"""The core: the table of resources, the conversion of records, and what a change of one record is; no I/O."""
