"""The desk for messages that the house could not understand."""
