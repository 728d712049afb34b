"""Events: many tickets about one happening, handled as one."""
