"""MLflow's model registry on this one; `modelreg.mlflow` has the public names."""
