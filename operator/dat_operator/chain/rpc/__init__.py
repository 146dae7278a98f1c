"""JSON-RPC over HTTP and websockets, over a pool of endpoints."""
