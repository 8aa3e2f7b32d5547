"""A backup is one file; its keys are another, with a life of its own. No Django."""
