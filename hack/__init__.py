"""Tools that give this project a cluster, a chain, an image and a demo."""
