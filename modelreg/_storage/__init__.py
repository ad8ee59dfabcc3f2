"""The files of model versions, and the stores that keep them; `modelreg.storage` has the public names."""
