"""The page that a run leaves: from its numbers to one HTML file that asks nobody for anything."""
