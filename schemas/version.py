"""Versions that every row carries."""

PIPELINE_VERSION = "0.1.0"  # of the code; setup.py says the same, and a test compares them
SCHEMA_VERSION = 2  # of the columns: a new column or another meaning raises it
