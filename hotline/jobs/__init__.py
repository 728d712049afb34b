"""What runs in the background: batches, enqueued once while one waits, harmless if run twice."""
