"""Valid rows with one call, a module per room."""
