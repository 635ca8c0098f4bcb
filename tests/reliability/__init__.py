"""The rules of nothing lost, nothing twice, nothing overspent, on the real daemon, killed as often as it takes."""
