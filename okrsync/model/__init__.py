"""What everything else speaks of: tables, OKRs, their tree, cycles, days, and what can go wrong."""
