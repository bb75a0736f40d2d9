"""Media: pages made from the plan, and the files that people take away."""
