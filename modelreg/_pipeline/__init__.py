"""What a training run knows, and what is registered from it; `modelreg.pipeline` has the public names."""
