"""The dataset on disk: its layout, its tables, its state, its lock and its commit."""
