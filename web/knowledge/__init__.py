"""The knowledge base: looked up, handed in, published, and its duty."""
