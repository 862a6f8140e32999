"""What keeps a dataset well between runs: it compacts, deletes, migrates, examines and repairs."""
