"""Reports: plans, pictures and histories for people and for machines."""
