"""Reconciling, level-triggered: observe, plan (pure), apply. One plan per ecosystem with its tokens."""
