"""The checks of each lab, one module for each; see `kumo.labs.steps`."""
