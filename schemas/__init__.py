"""What things are: records, failures and their reasons, policies, Arrow schemas. No Beam, no I/O."""
