"""The web: URLs, addresses, one polite HTTP client, robots rules, the pace of hosts."""
