"""API v1: what the pages do, for programs. Every route goes through access, records and flows as the pages do."""
