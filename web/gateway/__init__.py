"""Where gateways post what came in: short messages and calls."""
