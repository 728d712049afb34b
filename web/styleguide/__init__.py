"""The design language on one page, for who builds pages."""
