"""How messages come in and go out: one small module per gateway dialect."""
