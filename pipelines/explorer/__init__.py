"""The local page on a dataset, `newsbeam explore`: what it asks, what it shows, and who may see it."""
