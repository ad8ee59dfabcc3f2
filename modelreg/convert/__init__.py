"""Decides how users' values and records become the generated client's, and back; pure, it knows no wire."""
