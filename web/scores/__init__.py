"""The monthly scores and the notice about them."""
