"""Statistics: rates, telephone traffic, de-identified counts."""
