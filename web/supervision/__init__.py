"""What is late or nearly so, unit by unit."""
