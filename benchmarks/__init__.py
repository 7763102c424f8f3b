"""What cuvee costs, measured beside its budgets, its peers and the same work without it."""
