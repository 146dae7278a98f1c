"""Tools that build and start a chain, an image and a demo."""
