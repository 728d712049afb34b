"""QA decides what is taken out of the score."""
