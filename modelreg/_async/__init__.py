"""Decides what the async client does; the sync client is written from these modules, name by name."""
