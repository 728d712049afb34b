"""The agent's call desk 话务受理."""
