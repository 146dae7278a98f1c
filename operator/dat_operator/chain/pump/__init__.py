"""pump.fun's programs (bonding curve, PumpSwap, fees): accounts and instructions."""
