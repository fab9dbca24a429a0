"""What the project tells MLflow, and nothing else does: one Kedro hook, and the registered model."""
