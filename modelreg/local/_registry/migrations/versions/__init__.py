"""The revisions of the tables, oldest first; a file here is never changed once it has been released."""
