"""The call-back desk: was it solved, and are they satisfied."""
