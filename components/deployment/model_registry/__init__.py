"""The component of the catalogue that registers a model."""
