"""The desk of co-ordination: tickets whose lead must be fixed by a decision."""
