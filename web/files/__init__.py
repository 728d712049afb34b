"""Files: taken in, shown, handed out."""
