"""Yellow and red cards."""
