"""The dispatcher's desk: what waits for a person to decide where it goes."""
