"""The HTTP server of the embedded registry; `modelreg.local.server` has the public names."""
