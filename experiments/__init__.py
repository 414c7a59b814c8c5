"""What we ask of the model."""
