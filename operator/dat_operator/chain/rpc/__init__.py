"""JSON-RPC over HTTP and websockets, with a pool of endpoints."""
