"""The pages of a registry in the browser; `modelreg.web` has the public names."""
