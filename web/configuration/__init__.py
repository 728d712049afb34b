"""系统管理: what a centre's administrator changes without code (handbook §17)."""
