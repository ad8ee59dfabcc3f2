# Written by scripts/unasync.py from modelreg/_async/__init__.py; edit that file and run `make fmt`.
"""The async client; the sync client is written from these modules, name by name."""
