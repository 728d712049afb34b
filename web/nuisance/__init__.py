"""Numbers that hold the lines without content."""
