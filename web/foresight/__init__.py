"""热点预警: what the house has noticed before anybody complained."""
