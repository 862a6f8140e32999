"""Buckets of object stores, through the stores' own clients."""
