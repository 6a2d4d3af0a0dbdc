"""The explorers of Amazon Route 53: parameters, and which model, view and words belong together."""
