"""What follows from a plan's view: its history, what each role has to answer for, what the plan leaves unsaid."""
