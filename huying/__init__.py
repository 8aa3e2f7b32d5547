"""Huying (呼应): what a district promises, does, counts and answers, in one loop."""

__version__ = "0.1.0"
