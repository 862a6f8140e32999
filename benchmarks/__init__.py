"""Reproducible measurements. They take the folder of public data as --data; none of it is part of the project."""
