# Written by scripts/unasync.py from modelreg/_async/__init__.py; edit that file and run `make fmt`.
"""Decides what the client does; the sync client is written from these modules, name by name."""
