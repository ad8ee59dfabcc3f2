"""The async client; the sync client is written from these modules, name by name."""
